"""Which day the list may be of that was asked for. Pure.

Source: J-Quants API V2 "Listed issue master", checked 2026-11: a day without trading gives the next business day's list, one to
come the next business day's, one before the first list that one; on Free everything is twelve weeks late.
"""

from datetime import date, timedelta

from django.utils.translation import gettext

from datasources.choices import Plan
from datasources.errors import SourceError

#: The oldest list the provider has.
FIRST_DAY = date(2008, 5, 7)
# The longest the exchange was ever closed is ten days (2019-04-27 to 2019-05-06); one more evening for what is published late.
_LONGEST_CLOSURE = timedelta(days=14)
# A gateway of one's own may hold month ends only.
_BETWEEN_MONTH_ENDS = timedelta(days=31)
_FREE_DELAY = timedelta(weeks=12)


def expected_days(asked: date | None, *, today: date, plan: str) -> tuple[date, date] | None:
    """The first and the last day that the list may be of. `None`: any, which is so only of the newest list of a service of
    one's own. `today` is the day in Japan.
    """
    if asked is None:
        if plan == Plan.UNLIMITED:
            return None
        delay = _FREE_DELAY if plan == Plan.FREE else timedelta()
        return today - delay - _LONGEST_CLOSURE, today + _LONGEST_CLOSURE
    ahead = _BETWEEN_MONTH_ENDS if plan == Plan.UNLIMITED else _LONGEST_CLOSURE
    if asked < FIRST_DAY:
        return FIRST_DAY, FIRST_DAY
    first = min(asked, today)
    return first, first + ahead


def refuse_other_days(day: date | None, asked: date | None, *, today: date, plan: str) -> None:
    """Raise `SourceError` where the rows (of `day`; `None`: there are none) cannot be what was asked for."""
    expected = expected_days(asked, today=today, plan=plan)
    if day is None or expected is None or expected[0] <= day <= expected[1]:
        return
    what = gettext("{asked} の一覧").format(asked=asked) if asked else gettext("最新の一覧")
    raise SourceError(
        "UNEXPECTED_DATE",
        gettext(
            "{what}を求めましたが、{day} の一覧が返りました（{first} から {last} までのはずです）。何も取り込んでいません。"
            "契約プランの設定とベース URL が正しいか確認し、正しければ J-Quants の障害情報を確認してください。"
        ).format(what=what, day=day, first=expected[0], last=expected[1]),
    )
