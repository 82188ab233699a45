"""What is known of days of the exchange: told by a source or computed, their neighbours, and their lists."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from companies.events.business_days import is_business_day
from companies.ledger.provisional.noting import provisional_entries
from companies.models import ListingSnapshot
from syncjobs.calendar.models import CalendarDay

#: What is told and what is computed reach no further: before, Saturdays were trading days and lists are older than any.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
# Longer than the exchange ever was closed.
_LONGEST_CLOSURE = timedelta(days=30)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayFacts:
    """One day. `told` is what a source told of it, if one did; what is computed says no more than open or closed.

    `list_source` is where the list in force of exactly this day came from, if there is one.
    """

    day: date
    is_business_day: bool
    told: CalendarDay | None
    previous: date
    following: date
    list_source: str | None
    is_list_provisional: bool


def describe_days(first: date, last: date) -> list[DayFacts]:
    """Of all days from `first` to `last`, oldest first. Three queries, however many days."""
    around = (first - _LONGEST_CLOSURE, last + _LONGEST_CLOSURE)
    told = {one.day: one for one in CalendarDay.objects.filter(day__range=around)}
    holding = ListingSnapshot.objects.holding().filter(date_in_force__range=(first, last))
    sources = dict(holding.order_by().values_list("date_in_force", "source"))
    waiting = provisional_entries().filter(date_in_force__range=(first, last))
    provisional = set(waiting.order_by().values_list("date_in_force", flat=True))
    is_open = {day: _is_open(day, told) for day in _days(*around)}
    return [
        DayFacts(
            day, is_open[day], told.get(day), _nearest(day, -_DAY, is_open), _nearest(day, _DAY, is_open), sources.get(day),
            day in provisional,
        ) for day in _days(first, last)
    ]  # fmt: skip


def find_disagreements(first: date, last: date) -> list[CalendarDay]:
    """Days that a source told otherwise than they are computed. Intervals of events of the past are computed without asking
    the calendar (`companies.events.intervals`): on these days they may be a day off.
    """
    told = CalendarDay.objects.filter(day__range=(first, last)).order_by("day")
    return [one for one in told if one.is_business_day != is_business_day(one.day)]


def _is_open(day: date, told: Mapping[date, CalendarDay]) -> bool:
    return told[day].is_business_day if day in told else is_business_day(day)


def _nearest(day: date, step: timedelta, is_open: Mapping[date, bool]) -> date:
    """Without one around, which no calendar has ever told, the next day counts."""
    found = day + step
    while found in is_open and not is_open[found]:
        found += step
    return found if found in is_open else day + step


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
