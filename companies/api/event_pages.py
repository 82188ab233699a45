"""The page of listing events that a request asks for: of now from the index of their generation, of the past from the database."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer

from api.front.cached_routes import Built, read_query
from companies.api import rows
from companies.api.current import side_by_side
from companies.api.event_blocks import StateMoved, join_events
from companies.api.event_index import EventIndex, events_of, held_events
from companies.api.filters import EventFilterSet
from companies.api.held_state import StillLoading
from companies.api.knowledge import asked_revision
from companies.api.pages import page_end
from companies.api.remembered import Remembered
from companies.events.days import EventDays, count_by_day, slice_events
from companies.events.periods import count_on, find_edges
from companies.known.reading import LedgerReading

# Each for a revision: events by day, days with a list, events just after the period.
_days, _lists, _closing = Remembered(), Remembered(), Remembered()


@dataclass(frozen=True, slots=True)
class EventPage:
    """The events of a page, as the inside of a JSON list, and how many there are in all: with their date in the period, of these
    perhaps from before it, and after it though perhaps from within it.
    """

    events: bytes
    total: int
    uncertain: int
    uncertain_after: int


def page_of_index(index: EventIndex, values: Mapping[str, Any]) -> EventPage:
    """The page that the `values` of an `EventFilterSet` ask for. Raises `StateMoved`."""
    span = index.select(values)
    events = join_events(index, span, values["offset"], values["limit"])
    return EventPage(events, span.end - span.begin, span.uncertain, span.uncertain_after)


def page_from_database(
    narrowed: Any, values: Mapping[str, Any], state: str, reading: LedgerReading, revision: int
) -> EventPage:
    """The same, in the state of the database and at its revision; `narrowed` are the events of all times that the filters but that of
    the period leave, as they are read.
    """
    state = f"{state}@{revision}"
    first_day, last_day = values.get("from"), values.get("to")
    events = narrowed.between(first_day, last_day)
    days: EventDays = _days.get(values, lambda: count_by_day(events), of=state)
    edges = find_edges(_lists.get({}, reading.list_days, of=state), first_day, last_day)
    closing = _closing.get(values, lambda: count_on(narrowed, edges.closing), of=state)
    found = rows.events(slice_events(events, days, values["offset"], values["limit"]), revision)
    return EventPage(
        events=JSONRenderer().render(found)[1:-1],
        total=sum(count for _, count in days),
        uncertain=next((count for day, count in days if day == edges.opening), 0),
        uncertain_after=closing,
    )


def event_answer(
    page: EventPage, values: Mapping[str, Any], path: str, query: Iterable[tuple[str, str]], *, state: str, revision: int,
    is_pinned: bool,
) -> Built:  # fmt: skip
    """The answer with a page, and where the others are."""
    end, link = page_end(path, query, values, state=state, revision=revision, is_pinned=is_pinned, total=page.total)
    told = {"uncertain": page.uncertain, "uncertain_after": page.uncertain_after, **end}
    events = _project(page.events, values["fields"]) if "fields" in values else page.events
    body = b'{"events":[%b],%b' % (events, json.dumps(told, separators=(",", ":"))[1:].encode())
    return Built(body, state, link, str(revision))


def _project(events: bytes, fields: Sequence[str]) -> bytes:
    """Some fields of each, as the inside of a JSON list."""
    found = [{name: event[name] for name in fields} for event in json.loads(b"[%b]" % events)]
    return JSONRenderer().render(found)[1:-1]


def events_from_memory(match: re.Match[str], query: str, generation: str, *, at_hand: bool = False) -> Built | None:
    """A page of events as they are known now; at hand where their index is, though what they tell may have to be read. `None` where Django has to answer: as known before, for a `state`, or with an error."""
    try:
        pairs = read_query(query)
        values = EventFilterSet.read_pairs(pairs)
        if "state" in values or isinstance(asked := asked_revision(values), datetime):
            return None
        index = held_events(generation) if at_hand else events_of(generation)
        if index is None or asked not in (None, index.revision):
            return None
        page = page_of_index(index, values)
    except (ValidationError, ValueError, DatabaseError, StateMoved, StillLoading):
        return None
    return event_answer(
        page, values, match.string, side_by_side(pairs), state=index.state, revision=index.revision,
        is_pinned=asked is not None,
    )  # fmt: skip
