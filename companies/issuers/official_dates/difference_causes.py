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
#: The longest time without a delisting of a share in years that are told, and over, is 45 days (2018-05-08 to 2018-06-22).
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
    #: The days of EDINET's code lists that give a code.
    filed: Mapping[str, Sequence[date]] = field(default_factory=dict)


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
        return _why_after_lists(one, on, beside) if days else Cause.AFTER_LISTS
    if on <= days[0]:
        return _why_before_lists(one, on, beside)
    if _is_told_twice(one, on, beside):
        return Cause.TOLD_TWICE
    return _why_no_event(one, on, beside)


def _why_before_lists(one: Compared, on: date, beside: Beside) -> str:
    """Of a day up to that of the first list, which shows who is listed on it."""
    first = beside.lists.days[0]
    is_there = _is_listed(beside.lists.presence.get(one.code, ()), first)
    if one.kind == "delisted" and is_there and not _others_between(one, on, first, beside):
        return Cause.STILL_LISTED
    return Cause.BEFORE_LISTS


def _why_after_lists(one: Compared, on: date, beside: Beside) -> str:
    """Of a day after the newest list: who is to go has to be in it, or to be listed before, and who is to come must not."""
    newest = beside.lists.days[-1]
    presence = beside.lists.presence.get(one.code, ())
    is_there, returns = _is_listed(presence, newest), _others_between(one, newest + _DAY, on, beside)
    if is_there == (one.kind == "delisted") or returns:
        return Cause.AFTER_LISTS
    if one.kind == "delisted":
        return Cause.GONE_BEFORE if presence else Cause.NEVER_LISTED
    return Cause.LISTED_BEFORE


def _why_no_event(one: Compared, on: date, beside: Beside) -> str:
    """Of a day between two lists that show nothing of it."""
    place = bisect_left(beside.lists.days, on)
    before, after = beside.lists.days[place - 1], beside.lists.days[place]
    presence = beside.lists.presence.get(one.code, ())
    was_there, is_there = _is_listed(presence, before), _is_listed(presence, after)
    if was_there == is_there:
        # The other day has to be on the side on which it explains that the lists show nothing.
        is_followed = (one.kind == "delisted") == was_there
        first, last = (on, after) if is_followed else (before + _DAY, on)
        if _others_between(one, first, last, beside):
            return Cause.RETURNED_BETWEEN_LISTS if was_there else Cause.BETWEEN_LISTS
    if not presence:
        if any(before < day <= after for day in beside.filed.get(one.code, ())):
            return Cause.FILED_BETWEEN
        return Cause.NEVER_LISTED_GAP if after - before >= _LISTED_AT_LEAST else Cause.NEVER_LISTED
    if one.kind == "delisted":
        return Cause.STILL_LISTED if is_there else Cause.TOLD_TWICE if was_there else Cause.GONE_BEFORE
    return Cause.LISTED_BEFORE if was_there else Cause.TOLD_TWICE if is_there else Cause.NOT_YET_LISTED


def _others_between(one: Compared, first: date, last: date, beside: Beside) -> bool:
    """Whether an official day of the other kind lies between two days, both included."""
    days = beside.official.get(one.code, ())
    return any(kind != one.kind and first <= day <= last for kind, day, _reason in days)


def _is_told_twice(one: Compared, on: date, beside: Beside) -> bool:
    others = [day for kind, day, _reason in beside.official.get(one.code, ()) if kind == one.kind and day != on]
    return any(abs(day - on) <= SAME_EVENT_WITHIN for day in others)


def _is_listed(presence: Sequence[tuple[date, date | None]], day: date) -> bool:
    return any(first <= day and (until is None or day < until) for first, until in presence)


def _why_only_derived(one: Compared, day: date, beside: Beside) -> str:
    told = beside.official_days.get(one.kind, ())
    if not told:
        return Cause.KIND_NOT_TOLD
    if not beside.events[one.code + one.kind, day].is_covered:
        return Cause.PRODUCT_NOT_COVERED
    first = (one.observed_after or day) + _DAY if one.observed_after != day else day
    if unknown := _why_not_told(told, first, day):
        return unknown
    return Cause.CODE_CHANGED if _has_other_code(one, beside) else Cause.OFFICIAL_LACKS


def _why_not_told(told: Sequence[date], first: date, last: date) -> str:
    """What of an interval the official days that are known leave out; nothing where they should tell all of it."""
    if _has_year_without(told, first, last):
        return Cause.YEAR_NOT_TOLD
    if first < told[0] or last > told[-1]:
        return Cause.OUTSIDE_OFFICIAL
    return Cause.SILENT_PERIOD if _is_silent(told, first, last) else ""


def _has_year_without(told: Sequence[date], first: date, last: date) -> bool:
    """Whether the interval reaches into a calendar year of which no official day is known."""
    years = {day.year for day in told}
    return any(year not in years for year in range(first.year, last.year + 1))


def _is_silent(told: Sequence[date], first: date, last: date) -> bool:
    """Whether more than `SILENT_FROM` went by between two official days, of which a part lies in the interval."""
    begin, end = bisect_left(told, first), bisect_right(told, last)
    around = told[max(begin - 1, 0) : end + 1]
    return any(after - before > SILENT_FROM for before, after in pairwise(around))


def _has_other_code(one: Compared, beside: Beside) -> bool:
    """Whether an issue of the same issuer came, or went, between the same lists."""
    mine = set(beside.issuers.get(one.code, ()))
    return bool(mine) and any(
        event.kind != one.kind
        and event.day == one.day
        and event.code != one.code
        and mine & set(beside.issuers.get(event.code, ()))
        for event in beside.events.values()
    )
