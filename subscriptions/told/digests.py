"""What is told together once a day. Pure."""

import json
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from subscriptions.told.told_notice import Notice, ToldNotice

#: Times of the day are Japan's, whatever the server's clock and settings say. There is no summer time.
_JAPAN = ZoneInfo("Asia/Tokyo")
#: Beside what is the same: whether it was taken back, and what came to be known of it besides.
_NOT_COMPARED = frozenset(["is_gone", "is_history", "official_on", "is_ahead"])


def next_digest_at(digest_time: time, after: datetime) -> datetime:
    """The next time that it is so late in Japan, after a moment."""
    local = after.astimezone(_JAPAN)
    due = datetime.combine(local.date(), digest_time.replace(tzinfo=None), _JAPAN)
    return due if due > after else due + timedelta(days=1)


def collect(notices: Iterable[ToldNotice]) -> list[ToldNotice]:
    """What remains of a day, by days and codes: what came and was taken back again before anybody was told of it is nothing."""
    open_ones: dict[str, list[ToldNotice]] = {}
    for told in notices:
        pending = open_ones.setdefault(_same(told.notice), [])
        if pending and pending[-1].notice.get("is_gone", False) != told.notice.get("is_gone", False):
            pending.pop()
        else:
            pending.append(told)
    left = [told for pending in open_ones.values() for told in pending]
    return sorted(left, key=_place)


def _same(notice: Notice) -> str:
    compared = {name: value for name, value in notice.items() if name not in _NOT_COMPARED}
    return json.dumps(compared, ensure_ascii=False, sort_keys=True)


def _place(told: ToldNotice) -> tuple[str, str, bool]:
    """What is of no day comes last; of an issue what was taken back comes first."""
    notice = told.notice
    return notice.get("date") or "9999", notice.get("code") or "", not notice.get("is_gone", False)
