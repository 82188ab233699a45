"""When a listing event came about, as far as the lists tell.

A list shows a change that came about after the list before it (`observed_after`): on a day from the business day after
that one to its own date. Between lists of neighbouring business days that is one day, between monthly lists it
is any of twenty. A period may therefore cut through what is known of an event; such events are counted apart.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext

from companies.business_days import next_business_day
from companies.models import ListingSnapshot
from companies.querysets import ListingEventQuerySet


def first_possible_day(observed_after: date | None, day: date) -> date:
    """The first business day on which a change can have come about that the list of `day` is the first to show."""
    return day if observed_after is None else min(next_business_day(observed_after), day)


def describe_when(observed_after: date | None, day: date) -> str:
    """When an event came about, in words: the day where only one is possible, else the two lists around it."""
    if observed_after is None or first_possible_day(observed_after, day) == day:
        return day.isoformat()
    return gettext("{observed_after} 〜 {day} の間").format(observed_after=observed_after, day=day)


@dataclass(frozen=True, slots=True)
class PeriodEdges:
    """The lists whose events lie across the edges of a period (`None`: no event can).

    `opening` is in the period, and its events may be of days before it; `closing` is the first list after the period, and
    its events may be of days in it.
    """

    opening: date | None
    closing: date | None


def list_days() -> list[date]:
    """The days with a list that holds, oldest first."""
    return list(ListingSnapshot.objects.holding().order_by("date_in_force").values_list("date_in_force", flat=True))


def find_edges(days: Sequence[date], first_day: date | None, last_day: date | None) -> PeriodEdges:
    """The edges of the period from `first_day` to `last_day`, both included; `None` leaves that side open.

    `days` are those of `list_days`.
    """
    opening = closing = None
    if first_day is not None:
        place = bisect_left(days, first_day)
        is_inside = 0 < place < len(days) and (last_day is None or days[place] <= last_day)
        if is_inside and first_possible_day(days[place - 1], days[place]) < first_day:
            opening = days[place]
    if last_day is not None:
        place = bisect_right(days, last_day)
        if 0 < place < len(days):
            before = days[place - 1] if first_day is None else max(days[place - 1], first_day - timedelta(days=1))
            if next_business_day(before) <= last_day:
                closing = days[place]
    return PeriodEdges(opening, closing)


def count_on(events: ListingEventQuerySet, day: date | None) -> int:
    """How many of the events are of one list; none of no list."""
    return 0 if day is None else events.filter(event_date=day).count()
