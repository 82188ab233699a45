"""What official days tell of a company on a day. Pure, but for `load_official_days`."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from companies.issuers.official_dates.models import OfficialDate, OfficialDateKind

#: Of one code: kind, day and reason.
OfficialDays = list[tuple[str, date, str | None]]


@dataclass(frozen=True, slots=True)
class ToldDays:
    """Of a company on a day: since when it is listed, and from when on it is, or will be, listed no more."""

    listed_on: date | None = None
    delisted_on: date | None = None
    delisting_reason: str | None = None


def load_official_days(codes: Collection[str] | None = None, revision: int | None = None) -> dict[str, OfficialDays]:
    """By code (`None`: all) in the order of their days, as known now or once a revision was; one query."""
    days = OfficialDate.objects.known_at(revision)
    if codes is not None:
        days = days.filter(code__in=codes)
    found: dict[str, OfficialDays] = {}
    for code, *told in days.order_by("code", "official_on", "kind").values_list(
        "code", "kind", "official_on", "reason"
    ):
        found.setdefault(code, []).append((told[0], told[1], told[2]))
    return found


def reason_of(event_type: str, official_on: date | None, days: Sequence[tuple[str, date, str | None]]) -> str:
    """Why a delisting of that official day came about, where that was told; `days` are those of its code."""
    if event_type != OfficialDateKind.DELISTED or official_on is None:
        return ""
    told = (reason for kind, on, reason in days if kind == OfficialDateKind.DELISTED and on == official_on)
    return next(filter(None, told), "")


def tell_days(days: Iterable[tuple[str, date, str | None]], day: date) -> ToldDays:
    """Listed on the latest listing up to the day; delisted on the earliest delisting after it, with its reason.

    On the day of a delisting the company is not listed any more: its own delisting is after the last day with it. For a current
    company the day is that of the last list with it, so that who is gone tells its own end and who is announced to go tells that.
    """
    listed = [on for kind, on, _ in days if kind == OfficialDateKind.LISTED and on <= day]
    ends = [(on, reason) for kind, on, reason in days if kind == OfficialDateKind.DELISTED and on > day]
    delisted_on, reason = min(ends, key=lambda end: end[0], default=(None, None))
    return ToldDays(max(listed, default=None), delisted_on, reason)
