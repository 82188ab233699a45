"""All listing events of one generation, held in the process's memory: which there are, in the order of the answer, six bytes each.

Events are derived, so that finding the thousandth of them means deriving all. Here that is done once for a generation; what an event
tells is read for a page and its neighbours (`companies.api.event_blocks`) and kept for the next.
"""

import hashlib
import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import compress
from typing import Any, NamedTuple

from django.db import connection

from api.generations import Generations, read_generations
from companies.api.held_state import HeldState
from companies.api.remembered import BoundedMemory
from companies.apps import COMPANIES
from companies.choices import EventType
from companies.events.periods import find_edges
from companies.issuers.lineage.reading import ConfirmedCodes, load_confirmed
from companies.issuers.official_dates.told import OfficialDays, load_official_days
from companies.known.reading import NOW, newest_revision
from companies.models import Company
from database.connections import allow_long_statements, one_snapshot

#: Places in the index, newest event first.
Positions = Sequence[int]
_NARROWING = ("type", "code", "market_code")
#: Of one process, for the index of the current state: which events the latest filters leave, and what they tell (`event_blocks`).
_MAX_BYTES_OF_SELECTIONS, _MAX_BYTES_OF_BLOCKS = 8 * 1024 * 1024, 24 * 1024 * 1024
# One row a day: the companies' places by code, and a letter for each kind and market.
_DAYS = """
WITH ranked AS (SELECT id, (row_number() OVER (ORDER BY code))::int - 1 AS rank FROM companies)
SELECT event_date, count(*)::int,
    string_agg(int4send(rank), ''::bytea ORDER BY rank, event_type),
    string_agg(chr(%(base)s + coalesce(array_position(%(kinds)s::text[], event_type), 0)), '' ORDER BY rank, event_type),
    string_agg(chr(%(base)s + coalesce(array_position(%(markets)s::text[], market_code), 0)), '' ORDER BY rank, event_type)
FROM listing_events JOIN ranked ON ranked.id = listing_events.company_id GROUP BY event_date ORDER BY event_date DESC
"""
_MARKETS = "SELECT DISTINCT market_code FROM company_versions WHERE market_code IS NOT NULL ORDER BY market_code"
_BASE = ord("0")


class EventKey(NamedTuple):
    """What an event is of."""

    day: date
    company_id: int
    code: str
    kind: str


@dataclass(frozen=True, slots=True)
class Span:
    """The events that are asked for: of `positions`, which are all that the filters of kind, code and market leave (`narrowing` is
    their name), those from `begin` up to `end`. The others are how many a period cuts through (`companies.events.periods`).
    """

    narrowing: str
    positions: Positions
    begin: int
    end: int
    uncertain: int
    uncertain_after: int


@dataclass(slots=True)
class EventIndex:
    """The events of a state of the data, at a revision, with what else is told of them.

    `days` are those with events, oldest first; `up_to` how many events there are up to each of them, with 0 in front.
    """

    state: str
    revision: int
    list_days: list[date]
    days: list[date]
    up_to: Sequence[int]
    ranks: Sequence[int]
    kinds: str
    markets: str
    letters: dict[str, dict[str, str]]
    company_ids: Sequence[int]
    codes: list[str]
    official_days: dict[str, OfficialDays]
    lineage: ConfirmedCodes
    blocks: BoundedMemory = field(default_factory=lambda: BoundedMemory(_MAX_BYTES_OF_BLOCKS, len))
    _selections: BoundedMemory = field(
        default_factory=lambda: BoundedMemory(_MAX_BYTES_OF_SELECTIONS, lambda found: len(found) * found.itemsize)
    )

    def select(self, values: Mapping[str, Any]) -> Span:
        """What the filters of an `EventFilterSet` leave."""
        wanted = {name: sorted(set(values[name])) for name in _NARROWING if name in values}
        narrowing = hashlib.blake2b(repr(wanted).encode(), digest_size=16).hexdigest() if wanted else ""
        positions: Positions = range(len(self.ranks))
        if wanted:
            positions = self._selections.get(narrowing, lambda: self._narrow(wanted))
        first_day, last_day = values.get("from"), values.get("to")
        edges = find_edges(self.list_days, first_day, last_day)
        begin, end = self._between(positions, first_day, last_day)
        return Span(
            narrowing,
            positions,
            begin,
            end,
            *(self._count_on(positions, day) for day in (edges.opening, edges.closing)),
        )

    def keys(self, positions: Positions) -> list[EventKey]:
        """What these events are of."""
        kinds = {letter: kind for kind, letter in self.letters["type"].items()}
        return [
            EventKey(self._day_of(position), self.company_ids[rank], self.codes[rank], kinds[self.kinds[position]])
            for position in positions
            for rank in (self.ranks[position],)
        ]

    def observed_after(self, day: date) -> date | None:
        """The day of the last list before a day."""
        before = bisect_left(self.list_days, day)
        return self.list_days[before - 1] if before else None

    def _narrow(self, wanted: Mapping[str, Sequence[str]]) -> Positions:
        found: Positions = range(len(self.ranks))
        for name, texts in wanted.items():
            values, fitting = self._column(name, texts)
            chosen = values if len(found) == len(values) else [values[position] for position in found]
            found = array("I", compress(found, map(fitting.__contains__, chosen)))
        return found

    def _column(self, name: str, wanted: Sequence[str]) -> tuple[Sequence[Any], frozenset[Any]]:
        """What is compared, and what fits."""
        if name == "code":
            places = ((bisect_left(self.codes, code), code) for code in wanted)
            return self.ranks, frozenset(place for place, code in places if self.codes[place : place + 1] == [code])
        letters = self.letters[name]
        return self.kinds if name == "type" else self.markets, frozenset(
            letters[value] for value in wanted if value in letters
        )

    def _between(self, positions: Positions, first_day: date | None, last_day: date | None) -> tuple[int, int]:
        begin, end = 0, len(self.ranks)
        if last_day is not None:
            begin = len(self.ranks) - self.up_to[bisect_right(self.days, last_day)]
        if first_day is not None:
            end = len(self.ranks) - self.up_to[bisect_left(self.days, first_day)]
        return bisect_left(positions, begin), bisect_left(positions, end)

    def _count_on(self, positions: Positions, day: date | None) -> int:
        if day is None:
            return 0
        begin, end = self._between(positions, day, day)
        return end - begin

    def _day_of(self, position: int) -> date:
        return self.days[bisect_left(self.up_to, len(self.ranks) - position) - 1]


def load_index() -> tuple[Generations, EventIndex]:
    """Derive all events, and read the generations that they are of."""
    with one_snapshot(), connection.cursor() as cursor:
        # A million of them take longer than a page may; it is once a generation.
        allow_long_statements()
        # Compiling the view takes longer than reading it.
        cursor.execute("SET LOCAL jit = off")
        numbers, revision, list_days = read_generations(), newest_revision(), NOW.list_days()
        cursor.execute(_MARKETS)
        markets = [code for (code,) in cursor]
        cursor.execute(_DAYS, {"kinds": EventType.values, "markets": markets, "base": _BASE})
        rows = cursor.fetchall()
        companies = list(Company.objects.order_by("code").values_list("pk", "code"))
        official_days, lineage = load_official_days(), load_confirmed()
    up_to, ranks = array("I", [0]), array("I")
    for _day, count, *_columns in reversed(rows):
        up_to.append(up_to[-1] + count)
    for _day, _count, bytes_of_ranks, *_letters in rows:
        ranks.frombytes(bytes_of_ranks)
    if sys.byteorder == "little":
        ranks.byteswap()  # PostgreSQL's order is that of networks
    letters = {
        name: {value: chr(_BASE + place) for place, value in enumerate(values, start=1)}
        for name, values in (("type", EventType.values), ("market_code", markets))
    }
    return numbers, EventIndex(
        numbers.of(COMPANIES), revision, list_days, [row[0] for row in reversed(rows)], up_to, ranks,
        "".join(row[3] for row in rows), "".join(row[4] for row in rows), letters,
        array("q", [pk for pk, _ in companies]), [code for _, code in companies], official_days, lineage,
    )  # fmt: skip


# A fifth of a second for the lists of the exchange, seconds for ten years of daily lists: then a page of the database is quicker.
_held = HeldState(load_index, longest_wait_seconds=1.0)


def events_of(generation: str | None) -> EventIndex:
    """The events of a generation that was published, or of a later one; without one, of that of the database. Raises `StillLoading`."""
    return _held.of(generation)


def held_events(generation: str) -> EventIndex | None:
    """The same where this process holds them."""
    return _held.at_hand(generation)
