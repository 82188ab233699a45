"""Why an official day and the lists differ: found from the days of the lists, from what official days there are, and from issuers. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from companies.issuers.official_dates.causes import Agreement, Cause
from companies.issuers.official_dates.comparison import SAME_EVENT_WITHIN
from companies.issuers.official_dates.reconciliation import Compared, DerivedEvent, Lists

#: No company is listed and delisted again within so short a time.
_LISTED_AT_LEAST = timedelta(days=100)
#: The longest time without a delisting of a share in years that are told is 45 days (2018-05-08 to 2018-06-22).
SILENT_FROM = timedelta(days=45)
_DAY = timedelta(days=1)


@dataclass(slots=True)
class Beside:
    """What causes are found from. `official_days` are those of each kind, in order; `issuers` those behind a code."""

    lists: Lists
    official: Mapping[str, Sequence[tuple[str, date, str | None]]]
    events: Mapping[tuple[str, date], DerivedEvent]
    official_days: Mapping[str, Sequence[date]]
    issuers: Mapping[str, Collection[str]] = field(default_factory=dict)


def find_cause(one: Compared, beside: Beside) -> str:
    """Of a difference; nothing where none is found."""
    if one.agreement == Agreement.ONLY_OFFICIAL and one.official_on is not None:
        return _why_only_official(one, one.official_on, beside)
    if one.agreement == Agreement.ONLY_DERIVED and one.day is not None:
        return _why_only_derived(one, one.day, beside)
    if one.agreement == Agreement.OUTSIDE_INTERVAL and one.official_on and one.day:
        return _why_outside(one, one.official_on, one.day)
    return one.cause


def _why_outside(one: Compared, on: date, day: date) -> str:
    if one.kind == "delisted":
        return Cause.STILL_LISTED if on < day else Cause.GONE_BEFORE
    return Cause.LISTED_BEFORE if on > day else Cause.NOT_YET_LISTED


def _why_only_official(one: Compared, on: date, beside: Beside) -> str:
    days = beside.lists.days
    if not days or on > days[-1]:
        return Cause.AFTER_LISTS
    if on <= days[0]:
        return Cause.BEFORE_LISTS
    if _is_told_twice(one, on, beside):
        return Cause.TOLD_TWICE
    return _why_no_event(one, days[bisect_left(days, on) - 1], days[bisect_left(days, on)], beside)


def _why_no_event(one: Compared, before: date, after: date, beside: Beside) -> str:
    """Of a day between two lists that show nothing of it."""
    presence = beside.lists.presence.get(one.code, ())
    listed = [_is_listed(presence, day) for day in (before, after)]
    others = [day for kind, day, _reason in beside.official.get(one.code, ()) if kind != one.kind]
    if len(set(listed)) == 1 and any(before < day <= after for day in others):
        return Cause.RETURNED_BETWEEN_LISTS if all(listed) else Cause.BETWEEN_LISTS
    contrary = (
        (Cause.STILL_LISTED, Cause.GONE_BEFORE)
        if one.kind == "delisted"
        else (Cause.LISTED_BEFORE, Cause.NOT_YET_LISTED)
    )
    if presence:
        return contrary[0] if any(listed) else contrary[1]
    return Cause.NEVER_LISTED_GAP if after - before >= _LISTED_AT_LEAST else Cause.NEVER_LISTED


def _is_told_twice(one: Compared, on: date, beside: Beside) -> bool:
    others = [day for kind, day, _reason in beside.official.get(one.code, ()) if kind == one.kind and day != on]
    return any(abs(day - on) <= SAME_EVENT_WITHIN for day in others)


def _is_listed(presence: Sequence[tuple[date, date | None]], day: date) -> bool:
    return any(first <= day and (until is None or day < until) for first, until in presence)


def _why_only_derived(one: Compared, day: date, beside: Beside) -> str:
    event = beside.events[one.code + one.kind, day]
    told = beside.official_days.get(one.kind, ())
    if not told:
        return Cause.KIND_NOT_TOLD
    if not event.is_covered:
        return Cause.PRODUCT_NOT_COVERED
    first = (one.observed_after or day) + _DAY if one.observed_after != day else day
    if _has_year_without(told, first, day):
        return Cause.YEAR_NOT_TOLD
    if _is_silent(told, first, day):
        return Cause.SILENT_PERIOD
    if _has_other_code(one, beside):
        return Cause.CODE_CHANGED
    return Cause.OFFICIAL_LACKS


def _has_year_without(told: Sequence[date], first: date, last: date) -> bool:
    """Whether the interval reaches into a calendar year of which no official day is known."""
    years = {day.year for day in told}
    return any(year not in years for year in range(first.year, last.year + 1))


def _is_silent(told: Sequence[date], first: date, last: date) -> bool:
    """Whether there is a time of `SILENT_FROM` without any official day that reaches into the interval."""
    begin, end = bisect_left(told, first), bisect_right(told, last)
    around = [
        told[begin - 1] if begin else date.min, *told[begin:end], told[end] if end < len(told) else date.max,
    ]  # fmt: skip
    return any(after - before > SILENT_FROM for before, after in pairwise(around))


def _has_other_code(one: Compared, beside: Beside) -> bool:
    """Whether an issue of the same issuer came, or went, between the same lists."""
    others = {code for code, of_code in beside.issuers.items() if of_code and code != one.code}
    mine = set(beside.issuers.get(one.code, ()))
    return bool(mine) and any(
        event.kind != one.kind
        and event.day == one.day
        and event.code in others
        and mine & set(beside.issuers[event.code])
        for event in beside.events.values()
    )
