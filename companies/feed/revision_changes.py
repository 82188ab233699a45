"""What a revision changed: the versions that it took back and recorded, and the events that appeared and disappeared by it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from companies.events.derivation import derive_events
from companies.feed.fact_changes import load_fact_changes
from companies.known.reading import THEN
from companies.known.revision import set_known_at
from companies.known.versions import load_known_versions
from companies.listed_issue import LEDGER_FIELDS, TRACKED_FIELDS
from companies.models import CompanyVersion, EntryHolding, KnownVersion, LedgerRevision, WithdrawnVersion

Row = dict[str, Any]


@dataclass(slots=True)
class RevisionChanges:
    """In the order in which they are applied; facts beside the lists come last. A version is named by its code and first day; one that is taken back and recorded
    again with another end is in both.
    """

    revision: LedgerRevision
    withdrawn: list[Row] = field(default_factory=list)
    recorded: list[Row] = field(default_factory=list)
    disappeared: list[Row] = field(default_factory=list)
    appeared: list[Row] = field(default_factory=list)
    facts_withdrawn: list[Row] = field(default_factory=list)
    facts_recorded: list[Row] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many rows there are in all."""
        return sum(len(rows) for rows in self._parts())

    def part(self, begin: int, end: int) -> "RevisionChanges":
        """The rows from `begin` up to `end`, counted over all."""
        chosen, passed = [], 0
        for rows in self._parts():
            chosen.append(rows[max(begin - passed, 0) : max(end - passed, 0)])
            passed += len(rows)
        return RevisionChanges(self.revision, *chosen)

    def _parts(self) -> tuple[list[Row], ...]:
        return (
            self.withdrawn, self.recorded, self.disappeared, self.appeared, self.facts_withdrawn, self.facts_recorded,
        )  # fmt: skip


def load_changes(numbers: Sequence[int]) -> Iterator[RevisionChanges]:
    """What these revisions changed, in their order; inside one state of the database (`database.connections.one_snapshot`)."""
    revisions = (
        LedgerRevision.objects.filter(number__in=numbers)
        .select_related("entry", "issuer_list")
        .defer("entry__rows", "issuer_list__rows")
    )
    found = {revision.number: RevisionChanges(revision) for revision in revisions.order_by("number")}
    for number, row in _withdrawn(numbers):
        found[number].withdrawn.append(row)
    for number, row in _recorded(numbers):
        found[number].recorded.append(row)
    for number, is_gone, fact in load_fact_changes(numbers):
        (found[number].facts_withdrawn if is_gone else found[number].facts_recorded).append(fact)
    moved = find_moved_days(numbers)
    for number, changes in found.items():
        codes = {row["code"] for row in (*changes.withdrawn, *changes.recorded)}
        changes.disappeared, changes.appeared = load_event_changes(number, codes, moved.get(number, set()))
        yield changes


def _withdrawn(numbers: Sequence[int]) -> Iterator[tuple[int, Row]]:
    versions = WithdrawnVersion.objects.filter(withdrawn_in__in=numbers).order_by("code", "validity")
    for number, code, validity in versions.values_list("withdrawn_in", "code", "validity"):
        yield number, {"code": code, "valid_from": validity.lower}


def _recorded(numbers: Sequence[int]) -> Iterator[tuple[int, Row]]:
    """Also those that were taken back since."""
    fields = ("recorded_in", "code", "validity", *(field.path for field in LEDGER_FIELDS))
    known, taken_back = (
        model.objects.filter(recorded_in__in=numbers).values_list(*fields)
        for model in (CompanyVersion, WithdrawnVersion)
    )
    for number, code, validity, *state in known.union(taken_back, all=True).order_by("code", "validity"):
        told = {"code": code, "valid_from": validity.lower, "valid_until": validity.upper}
        yield number, {**told, **dict(zip(TRACKED_FIELDS, state, strict=True))}


def find_moved_days(numbers: Sequence[int]) -> dict[int, set[date]]:
    """By revision the days whose list is another one from then on, or became one, or is none any more."""
    moved: dict[int, set[date]] = {}
    holdings = EntryHolding.objects.filter(Q(held_from__in=numbers) | Q(held_until__in=numbers))
    for day, *ends in holdings.values_list("date_in_force", "held_from", "held_until"):
        for number in ends:
            if number is not None:
                moved.setdefault(number, set()).add(day)
    return moved


def load_event_changes(number: int, codes: set[str], moved: Iterable[date]) -> tuple[list[Row], list[Row]]:
    """The events that disappeared and appeared by a revision: of the companies whose versions changed, and on the lists after the
    days whose list changed. What a list shows for the first time is told with the list before it; what the first of all shows is
    none. Inside one state of the database.
    """
    days = set[date]()
    for revision in (number - 1, number):
        set_known_at(revision)
        days |= {day for one in moved if (day := THEN.list_day_after(one)) is not None}
    before, after = (_events_known_at(revision, codes, days) for revision in (number - 1, number))
    disappeared = [event for key, event in before.items() if key not in after]
    return disappeared, [event for key, event in after.items() if key not in before]


def _events_known_at(revision: int, codes: set[str], days: set[date]) -> dict[str, dict[str, Any]]:
    """By all that is told of them."""
    set_known_at(revision)
    of_days = {code for day in days for code in _codes_that_changed_on(day)} - codes
    known = list(load_known_versions(codes | of_days))
    # As many days as these companies changed on: with all of them each revision would cost as much as there are lists.
    list_days = THEN.list_days_before(
        day for _, versions in known for one in versions for day in (one.valid_from, one.valid_until) if day
    )
    found = []
    for code, versions in known:
        events = derive_events(code, versions, list_days)
        found += [event for event in events if code in codes or event["date"] in days]
    found.sort(key=lambda event: (event["date"], event["code"], event["type"]))
    return {json.dumps(event, default=str, sort_keys=True): event for event in found}


def _codes_that_changed_on(day: date) -> Iterable[str]:
    versions = KnownVersion.objects.filter(Q(validity__startswith=day) | Q(validity__endswith=day))
    return versions.values_list("code", flat=True)
