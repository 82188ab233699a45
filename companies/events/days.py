"""Pages of listing events, newest first, out of a history of any length.

Events are derived, so that finding the thousandth of them means deriving all. Once it is known how many there are on
each day, a page derives those of its own days only.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from companies.models import ListingEvent

#: Days with events, newest first, each with their number.
EventDays = list[tuple[date, int]]


def count_by_day(events: QuerySet[ListingEvent]) -> EventDays:
    """How many of the events each day has."""
    return list(events.order_by("-event_date").values_list("event_date").annotate(count=Count("*")))


def slice_events(events: Any, days: EventDays, offset: int, limit: int) -> Any:
    """`events[offset : offset + limit]` of events in order of days, whose days are known."""
    first, last, skipped = _days_of_slice(days, offset, limit)
    if first is None or last is None:
        return events.none()
    return events.between(last, first)[offset - skipped : offset - skipped + limit]


def _days_of_slice(days: Sequence[tuple[date, int]], offset: int, limit: int) -> tuple[date | None, date | None, int]:
    """The newest and the oldest day with events of the slice, and how many events are newer than these days."""
    first, last, skipped, seen = None, None, 0, 0
    for day, count in days:
        if first is None and seen + count > offset:
            first, skipped = day, seen
        if first is not None:
            last = day
        seen += count
        if seen >= offset + limit:
            break
    return first, last, skipped
