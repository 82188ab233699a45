"""Which events a period cuts through: what is known of them reaches out of it, or into it (`companies.events.intervals`)."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from companies.events.business_days import next_business_day
from companies.events.intervals import first_possible_day
from companies.models import ListingSnapshot


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
            since = days[place - 1]
            if first_day is not None and first_day > since:
                since = first_day - timedelta(days=1)
            if next_business_day(since) <= last_day:
                closing = days[place]
    return PeriodEdges(opening, closing)


def count_on(events: Any, day: date | None) -> int:
    """How many of the events the list of a day shows; none where there is no such list."""
    return 0 if day is None else int(events.filter(event_date=day).count())
