"""What listing events tell, as the bytes of the answer: read and made in blocks, kept packed as long as their state is the current one.

A block is some hundred neighbours among the events that a filter leaves. Who walks through them meets each block once or twice, and a
packed one takes a tenth of its bytes.
"""

import json
import zlib
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from django.db import connection

from api.generations import read_generations
from companies.api.event_index import EventIndex, EventKey, Span
from companies.apps import COMPANIES
from companies.events.derivation import tell_event
from companies.events.official import find_official_on
from companies.listed_issue import TRACKED_FIELDS

_EVENTS_IN_A_BLOCK = 256
_LEVEL = 1
_STATES = ", ".join(f"{version}.{name}" for version in ("before", "after") for name in ("id", *TRACKED_FIELDS))
# The version that ends on a day, and that which begins: each in an index of its own.
VERSIONS = f"""
SELECT {_STATES} FROM unnest(%s::bigint[], %s::date[]) WITH ORDINALITY AS wanted (company_id, day, place)
LEFT JOIN company_versions AS before ON before.company_id = wanted.company_id AND upper(before.validity) = wanted.day
LEFT JOIN company_versions AS after ON after.company_id = wanted.company_id AND lower(after.validity) = wanted.day
ORDER BY wanted.place
"""  # noqa: S608 names of columns
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class StateMoved(Exception):
    """The data is of another state by now than the index that it was to be read by."""


def join_events(index: EventIndex, span: Span, offset: int, limit: int) -> bytes:
    """A page of the span, as the inside of a JSON list. Raises `StateMoved`."""
    begin = min(span.begin + offset, span.end)
    end = min(begin + limit, span.end)
    if begin == end:
        return b""
    first, last = begin // _EVENTS_IN_A_BLOCK, (end - 1) // _EVENTS_IN_A_BLOCK
    events: list[bytes] = []
    for number in range(first, last + 1):
        block = index.blocks.get((span.narrowing, number), partial(_make_block, index, span, number))
        events += zlib.decompress(block).split(b"\n")
    skipped = first * _EVENTS_IN_A_BLOCK
    return b",".join(events[begin - skipped : end - skipped])


def _make_block(index: EventIndex, span: Span, number: int) -> bytes:
    """No JSON without indentation has a line's end in it."""
    start = number * _EVENTS_IN_A_BLOCK
    keys = index.keys(span.positions[start : start + _EVENTS_IN_A_BLOCK])
    found = _read_states(index, keys)
    lines = (_tell(index, key, before, after) for key, (before, after) in zip(keys, found, strict=True))
    return zlib.compress("\n".join(lines).encode(), _LEVEL)


def _read_states(index: EventIndex, keys: Sequence[EventKey]) -> list[tuple[Any, Any]]:
    """The states before and after each event. Generations only go up: one that is the same after the reading was so all the while."""
    width = 1 + len(TRACKED_FIELDS)
    with connection.cursor() as cursor:
        cursor.execute(VERSIONS, [[key.company_id for key in keys], [key.day for key in keys]])
        rows = cursor.fetchall()
    if read_generations().of(COMPANIES) != index.state:
        raise StateMoved(index.state)
    return [
        tuple(None if part[0] is None else part[1:] for part in (row[:width], row[width:]))  # type: ignore[misc] # two
        for row in rows
    ]


def _tell(index: EventIndex, key: EventKey, before: Any, after: Any) -> str:
    event = tell_event(key.day, key.kind, before, after)
    if event is None:
        raise StateMoved(index.state)
    observed_after = index.observed_after(key.day)
    official_on = find_official_on(key.kind, observed_after, key.day, index.official_days.get(key.code, ()))
    told = {
        "date": key.day.isoformat(), "observed_after": _text(observed_after), "official_on": _text(official_on),
        "type": key.kind, "code": key.code,
        **{name: event[name] for name in ("company_name", "market_code", "old_value", "new_value", "changes")},
        **index.lineage.of_event({"type": key.kind, "code": key.code}),
    }  # fmt: skip
    # As REST framework writes them, for those who read an answer as a program.
    return _encode(told).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
