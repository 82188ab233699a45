"""How many events went from what to what, in which sector: what a list of events says when it is added up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, F, Value, When

from companies.choices import EventType
from companies.events.sectors import SECTOR33, with_sector33

#: Events that no field of a closed list changed in: they are told by the market that the company came to, was on, or left.
_ON_A_MARKET = (EventType.LISTED, EventType.RELISTED, EventType.RENAMED, EventType.DELISTED)


@dataclass(frozen=True, slots=True)
class Move:
    """From one value to another, by code; the same twice where it only says on which market it was."""

    kind: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Moves:
    """How many companies of a sector (`None`: of none) moved so."""

    move: Move
    sector33: str | None
    count: int


def count_moves(events: Any) -> list[Moves]:
    """Of these events; one query."""
    values = {
        f"counted_{side}": Case(
            When(event_type__in=_ON_A_MARKET, then=Value(None)), default=F(side), output_field=CharField()
        )
        for side in ("old_value", "new_value")
    }
    rows = (
        with_sector33(events)
        .annotate(**values)
        .order_by()
        .values_list("event_type", "counted_old_value", "counted_new_value", "market_id", SECTOR33)
        .annotate(count=Count("*"))
    )
    counted: dict[tuple[Move, str | None], int] = {}
    for kind, old, new, market, sector, count in rows:
        key = (_move(kind, old, new, market), sector)
        counted[key] = counted.get(key, 0) + count
    return [Moves(move, sector, count) for (move, sector), count in counted.items()]


def _move(kind: str, old: str | None, new: str | None, market: str | None) -> Move:
    if kind not in _ON_A_MARKET:
        return Move(kind, old, new)
    return Move(
        kind,
        None if kind in (EventType.LISTED, EventType.RELISTED) else market,
        None if kind == EventType.DELISTED else market,
    )


def total_by_move(found: Iterable[Moves]) -> list[tuple[Move, int]]:
    """The most frequent first."""
    totals: dict[Move, int] = {}
    for one in found:
        totals[one.move] = totals.get(one.move, 0) + one.count
    return sorted(totals.items(), key=lambda total: (-total[1], total[0].before or "", total[0].after or ""))


def count_by_sector(
    found: Iterable[Moves], group_of: Mapping[str | None, str | None]
) -> dict[tuple[str | None, Move], int]:
    """By what `group_of` makes of the sector, and by the move."""
    counts: dict[tuple[str | None, Move], int] = {}
    for one in found:
        key = (group_of.get(one.sector33, one.sector33), one.move)
        counts[key] = counts.get(key, 0) + one.count
    return counts
