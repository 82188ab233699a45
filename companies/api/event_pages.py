"""The page of listing events that a request asks for; the number of events on each day is kept for a generation."""

from collections.abc import Mapping
from typing import Any

from companies.api import rows
from companies.api.universe import Universe
from companies.event_days import EventDays, count_by_day, slice_events
from companies.models import Company, ListingEvent


def event_page(universe: Universe, values: Mapping[str, Any]) -> tuple[list[dict[str, Any]], int]:
    """The rows of the page that `EventListParameters` ask for, and the number of all."""
    events = _filtered(values)
    days: EventDays = universe.remember("events", values, lambda: count_by_day(events))
    page = slice_events(events, days, values["offset"], values["limit"])
    return rows.events(page), sum(count for _, count in days)


def _filtered(values: Mapping[str, Any]) -> Any:
    events = ListingEvent.objects.between(values.get("from"), values.get("to"))
    if "type" in values:
        events = events.filter(event_type__in=values["type"])
    if "code" in values:
        # Their ids, not a join: a condition on these reaches the index.
        companies = Company.objects.filter(code__in=values["code"])
        events = events.filter(company__in=list(companies.values_list("pk", flat=True)))
    if "market_code" in values:
        events = events.filter(market__in=values["market_code"])
    return events
