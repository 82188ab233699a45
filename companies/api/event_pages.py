"""The page of listing events that a request asks for; the number of events on each day is kept for a state."""

from collections.abc import Mapping
from typing import Any

from companies.api import rows
from companies.api.remembered import Remembered
from companies.codes import securities_code
from companies.event_days import EventDays, count_by_day, slice_events
from companies.models import Company, ListingEvent

_days = Remembered()


def event_page(values: Mapping[str, Any], state: str) -> tuple[list[dict[str, Any]], int]:
    """The rows of the page that `EventListParameters` ask for, and the number of all, in the state of the database."""
    events = _filtered(values)
    days: EventDays = _days.get(values, lambda: count_by_day(events), of=state)
    page = slice_events(events, days, values["offset"], values["limit"])
    return rows.events(page), sum(count for _, count in days)


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
