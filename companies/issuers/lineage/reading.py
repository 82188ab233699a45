"""Successions as they are read: what went into what, whole chains of them, and what counted as a fact at a revision."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from companies.choices import EventType
from companies.issuers.lineage.models import SuccessionStatus
from companies.models import ConfirmedSuccession, Succession

Codes = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class ConfirmedCodes:
    """By code those that came after it, and those that it came after."""

    succeeded_by: Codes = field(default_factory=dict)
    preceded_by: Codes = field(default_factory=dict)

    def of_event(self, event: Mapping[str, Any]) -> dict[str, list[str] | None]:
        """What a listing event tells of it: a delisting its successors, a listing its predecessors; others neither."""
        is_end, is_beginning = event["type"] == EventType.DELISTED, event["type"] == EventType.LISTED
        return {
            "succeeded_by": self.succeeded_by.get(event["code"], []) if is_end else None,
            "preceded_by": self.preceded_by.get(event["code"], []) if is_beginning else None,
        }


def load_confirmed(revision: int | None = None) -> ConfirmedCodes:
    """The facts, as known at a revision or now. Where only the legal person is another, nothing followed."""
    after, before = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    known = ConfirmedSuccession.objects.known_at(revision)
    pairs = known.order_by("succession__successor", "succession__predecessor")
    for predecessor, successor in pairs.values_list("succession__predecessor", "succession__successor"):
        if predecessor != successor:
            after[predecessor].append(successor)
            before[successor].append(predecessor)
    return ConfirmedCodes(dict(after), dict(before))


def find_chain(code: str, statuses: Collection[SuccessionStatus]) -> list[Succession]:
    """All successions that hang together with a code, oldest first: what it came of, what came of it, and so on both ways."""
    rows = list(Succession.objects.filter(status__in=statuses).order_by("day", "successor", "predecessor"))
    touching = defaultdict[str, list[Succession]](list)
    for row in rows:
        for end in {row.predecessor, row.successor}:
            touching[end].append(row)
    reached, open_codes = {code}, [code]
    while open_codes:
        here = open_codes.pop()
        for end in _ends(touching[here]) - reached:
            reached.add(end)
            open_codes.append(end)
    return [row for row in rows if row.predecessor in reached]


def touches_any(codes: Collection[str]) -> Q:
    """A condition on successions: one of the codes is either end."""
    return Q(predecessor__in=codes) | Q(successor__in=codes)


def _ends(rows: Iterable[Succession]) -> set[str]:
    return {end for row in rows for end in (row.predecessor, row.successor)}
