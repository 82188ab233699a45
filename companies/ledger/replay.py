"""How the ledger came to be what it is: its entries and withdrawals once more, in the order in which they were recorded. Pure.

What each of them recorded and took back follows from the entries alone, so that it is known of those, too, that came before
revisions were counted.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from companies.ledger.history import ContinueRow, Version, revise_history, sharing
from companies.ledger.snapshot_rows import Rows, differing_codes

#: From an entry's id to its rows; `None` where what is stored is damaged.
LoadRows = Callable[[int], Rows | None]
#: Versions, each with the code that it is of.
CodedVersions = list[tuple[str, Version]]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done to the ledger: an entry recorded (`authority` tells which of a day's entries holds), or taken back."""

    moment: datetime
    entry_id: int
    day: date
    authority: int
    is_withdrawal: bool = False


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a deed came to: `kind` is a `companies.choices.RevisionKind`, `holder` the entry that holds for its day from then on."""

    deed: Deed
    kind: str
    holder: int | None
    withdrawn: CodedVersions
    recorded: CodedVersions


@dataclass(slots=True)
class Ledger:
    """Which entries stand (authority and id, by day), which hold, and the histories that follow."""

    load: LoadRows
    continue_row: ContinueRow = field(default_factory=sharing)
    substitutes: dict[int, Rows] = field(default_factory=dict)
    standing: dict[date, list[tuple[int, int]]] = field(default_factory=dict)
    holding: dict[date, int] = field(default_factory=dict)
    days: list[date] = field(default_factory=list)
    histories: dict[str, list[Version]] = field(default_factory=dict)

    def load_rows(self, entry_id: int) -> Rows:
        """Of a damaged entry nothing can be said: it is taken for the list that was in force before it came."""
        rows = self.load(entry_id) if entry_id not in self.substitutes else None
        return self.substitutes.get(entry_id, {}) if rows is None else rows

    def record(self, deed: Deed) -> None:
        """Let it stand."""
        if self.load(deed.entry_id) is None:
            self.substitutes[deed.entry_id] = self.in_force_on(deed.day)
        self.standing.setdefault(deed.day, []).append((deed.authority, deed.entry_id))

    def in_force_on(self, day: date) -> Rows:
        """The rows of the list in force; none before the first."""
        place = bisect_left(self.days, day)
        if day in self.holding:
            return self.load_rows(self.holding[day])
        return self.load_rows(self.holding[self.days[place - 1]]) if place else {}

    def day_before(self, day: date) -> date | None:
        place = bisect_left(self.days, day)
        return self.days[place - 1] if place else None

    def following(self, day: date) -> Iterator[tuple[date, Rows]]:
        place = bisect_left(self.days, day)
        later = [one for one in self.days[place:] if one != day]
        return ((one, self.load_rows(self.holding[one])) for one in later)

    def hold(self, day: date) -> None:
        """Let the entry hold that has to: the last of the strongest source; none where none stands."""
        holder = max(self.standing.get(day, ()), default=None)
        if holder is None:
            if self.holding.pop(day, None) is not None:
                self.days.remove(day)
            return
        if day not in self.holding:
            insort(self.days, day)
        self.holding[day] = holder[1]

    def revise(self, day: date, codes: Iterable[str], rows: Rows) -> tuple[CodedVersions, CodedVersions]:
        """Bring the histories of `codes` in line with what the list of `day` says now: what they lost, and what they got."""
        before: Mapping[str, Sequence[Version]] = {code: self.histories.get(code, []) for code in codes}
        revised = revise_history(
            before, day=day, day_before=self.day_before(day), rows=rows, following=self.following(day),
            continue_row=self.continue_row,
        )  # fmt: skip
        gone = [(code, v) for code, versions in before.items() for v in versions if v not in revised[code]]
        come = [(code, v) for code, versions in revised.items() for v in versions if v not in before[code]]
        self.histories.update(revised)
        return gone, come


def replay(deeds: Iterable[Deed], ledger: Ledger) -> Iterator[Consequence]:
    """What each deed came to, in their order, for a ledger that is empty or as it was before the first of them."""
    for deed in deeds:
        yield _withdraw(ledger, deed) if deed.is_withdrawal else _record(ledger, deed)


def _record(ledger: Ledger, deed: Deed) -> Consequence:
    held = ledger.holding.get(deed.day)
    baseline = ledger.in_force_on(deed.day)
    ledger.record(deed)
    if held is not None and max(ledger.standing[deed.day]) != (deed.authority, deed.entry_id):
        return Consequence(deed, "kept", held, [], [])
    rows = ledger.load_rows(deed.entry_id)
    ledger.hold(deed.day)
    gone, come = ledger.revise(deed.day, differing_codes(baseline, rows), rows)
    return Consequence(deed, "applied" if held is None else "superseded", deed.entry_id, gone, come)


def _withdraw(ledger: Ledger, deed: Deed) -> Consequence:
    ledger.standing[deed.day].remove((deed.authority, deed.entry_id))
    if ledger.holding.get(deed.day) != deed.entry_id:
        return Consequence(deed, "withdrawn", ledger.holding.get(deed.day), [], [])
    ledger.hold(deed.day)
    rows = ledger.in_force_on(deed.day)
    gone, come = ledger.revise(deed.day, differing_codes(ledger.load_rows(deed.entry_id), rows), rows)
    return Consequence(deed, "withdrawn", ledger.holding.get(deed.day), gone, come)
