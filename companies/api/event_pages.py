"""Pages of listing events, newest first, out of a history of any length.

Events are derived, so that finding the thousandth of them means deriving all. How many there are on each day is found
once for a generation and a set of filters; then a page derives those of its own days only.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from companies.api import rows
from companies.api.universe import Universe
from companies.codes import securities_code
from companies.models import Company, ListingEvent


def event_page(universe: Universe, values: Mapping[str, Any]) -> tuple[list[dict[str, Any]], int]:
    """The rows of the page that `EventListParameters` ask for, and the number of all."""
    events = _filtered(values)
    days: list[tuple[date, int]] = universe.remember("events", values, lambda: _count_by_day(events))
    limit, offset = values["limit"], values["offset"]
    first, last, skipped = _days_of_page(days, offset=offset, limit=limit)
    total = sum(count for _, count in days)
    if first is None or last is None:
        return [], total
    page = events.between(last, first)[offset - skipped : offset - skipped + limit]
    return rows.events(page), total


def _filtered(values: Mapping[str, Any]) -> Any:
    events = ListingEvent.objects.between(values.get("from"), values.get("to"))
    if "type" in values:
        events = events.filter(event_type__in=values["type"])
    if "code" in values:
        # Their ids, not a join: a condition on these reaches the index.
        codes = [securities_code(code.upper()) for code in values["code"]]
        events = events.filter(company__in=list(Company.objects.filter(code__in=codes).values_list("pk", flat=True)))
    if "market_code" in values:
        events = events.filter(market__in=values["market_code"])
    return events


def _count_by_day(events: QuerySet[ListingEvent]) -> list[tuple[date, int]]:
    """Newest first."""
    return list(events.order_by("-event_date").values_list("event_date").annotate(count=Count("*")))


def _days_of_page(days: list[tuple[date, int]], *, offset: int, limit: int) -> tuple[date | None, date | None, int]:
    """The newest and the oldest day with events of the page, and how many events are newer than these days."""
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
