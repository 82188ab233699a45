"""The page of listing events that a request asks for; the number of events on each day is kept for a state."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from companies.api import rows
from companies.api.remembered import Remembered
from companies.events.days import EventDays, count_by_day, slice_events
from companies.events.periods import count_on, find_edges
from companies.known.reading import LedgerReading

# Each for a state: events by day, days with a list, events just after the period.
_days, _lists, _closing = Remembered(), Remembered(), Remembered()


@dataclass(frozen=True, slots=True)
class EventPage:
    """The rows of a page, and how many events there are in all: with their date in the period, of these perhaps from
    before it, and after it though perhaps from within it.
    """

    rows: list[dict[str, Any]]
    total: int
    uncertain: int
    uncertain_after: int


def event_page(
    narrowed: Any, values: Mapping[str, Any], state: str, reading: LedgerReading, revision: int
) -> EventPage:
    """The page that the `values` of an `EventFilterSet` ask for, in the state of the database and at its revision; `narrowed` are
    the events of all times that its other filters leave, as they are read.
    """
    state = f"{state}@{revision}"
    first_day, last_day = values.get("from"), values.get("to")
    events = narrowed.between(first_day, last_day)
    days: EventDays = _days.get(values, lambda: count_by_day(events), of=state)
    edges = find_edges(_lists.get({}, reading.list_days, of=state), first_day, last_day)
    closing = _closing.get(values, lambda: count_on(narrowed, edges.closing), of=state)
    return EventPage(
        rows=rows.events(slice_events(events, days, values["offset"], values["limit"]), revision),
        total=sum(count for _, count in days),
        uncertain=next((count for day, count in days if day == edges.opening), 0),
        uncertain_after=closing,
    )
