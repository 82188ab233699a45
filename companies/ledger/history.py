"""How the history of an issue follows from the lists it was in. Pure: no database, no clock.

The value of a field on a day is that of the latest list on or before it, within the issue's unbroken presence, whose
source supplies it. A version is a run of days over which no value changed; it begins with the list that changed it and
ends with the list that changes it again or no longer has the issue.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from companies.ledger.snapshot_rows import Rows, State, differing_codes
from companies.letters import plain_letters
from companies.listed_issue import LEDGER_FIELDS

#: The state after a row, from the state before it (`None`: it was not there).
ContinueRow = Callable[[State | None, State], State]

_IS_NAME = tuple(field.is_name for field in LEDGER_FIELDS)


@dataclass(frozen=True, slots=True)
class Version:
    """A state and the days it held: from `valid_from` up to, not including, `valid_until` (`None`: still holds)."""

    valid_from: date
    valid_until: date | None
    state: State

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


def comparable_name(name: str) -> str:
    """A name as it is compared: `plain_letters`, runs of white space as one space, ends trimmed; case counts."""
    return " ".join(plain_letters(name).split())


def continue_state(before: State | None, row: State) -> State:
    """The state after a list that says `row` of an issue whose state was `before` (`None`: it was not listed).

    What the row does not say stays. A name that compares equal keeps its spelling, so that two sources that differ
    only in full and half width, or in the table their letters went through, make no history.
    """
    if before is None or before == row:
        return row
    return tuple(
        old if new is None or (is_name and old is not None and _is_same_name(old, new)) else new
        for old, new, is_name in zip(before, row, _IS_NAME, strict=True)
    )


def sharing(continue_row: ContinueRow = continue_state) -> ContinueRow:
    """The same with one object for equal values and for equal states: ten years of lists say the same few over and over."""
    values: dict[str | None, str | None] = {}
    states: dict[State, State] = {}

    def continue_shared(before: State | None, row: State) -> State:
        state = continue_row(before, row)
        return states.get(state) or states.setdefault(state, tuple(values.setdefault(value, value) for value in state))

    return continue_shared


def _is_same_name(one: str, other: str) -> bool:
    return one == other or comparable_name(one) == comparable_name(other)


def state_on(versions: Iterable[Version], day: date) -> State | None:
    """The state in force on `day`; `None` where the issue was not listed."""
    return next((version.state for version in versions if version.holds_on(day)), None)


def revise_history(
    histories: Mapping[str, Sequence[Version]],
    *,
    day: date,
    day_before: date | None,
    rows: Rows,
    following: Iterator[tuple[date, Rows]],
    continue_row: ContinueRow = continue_state,
) -> dict[str, list[Version]]:
    """The histories after a list for `day` was put into the ledger (or replaced the one that held on that day).

    `histories` has the present versions, oldest first, of every issue whose row differs from the list that was in force
    on `day`; no other history can change. `day_before` is the date of the entry before `day`, `following` the later
    entries, oldest first, read only as far as the change is felt: a field that the new list supplies may be carried on
    by later lists that do not.
    """
    states: dict[str, State | None] = {}
    pieces: dict[str, list[tuple[date, State | None]]] = {}
    for code, versions in histories.items():
        before = state_on(versions, day_before) if day_before else None
        row = rows.get(code)
        states[code] = None if row is None else continue_row(before, row)
        pieces[code] = [(day, states[code])]
    felt_until: dict[str, date] = {}
    pending = set(histories)
    while pending and (entry := next(following, None)):
        entry_day, entry_rows = entry
        for code in list(pending):
            row = entry_rows.get(code)
            state = None if row is None else continue_row(states[code], row)
            if state == state_on(histories[code], entry_day):
                felt_until[code] = entry_day
                pending.discard(code)
            else:
                states[code] = state
                pieces[code].append((entry_day, state))
    return {
        code: _splice(versions, pieces[code], felt_until=felt_until.get(code)) for code, versions in histories.items()
    }


def derive_histories(
    entries: Iterable[tuple[date, Rows]], continue_row: ContinueRow = continue_state
) -> dict[str, list[Version]]:
    """The whole history from nothing but the entries, oldest first: what the stored versions are proven against."""
    histories: dict[str, list[Version]] = {}
    present: dict[str, State] = {}
    previous_rows: Rows = {}
    for day, rows in entries:
        # The same row again cannot change anything: skipping it keeps years of daily lists cheap.
        for code in differing_codes(previous_rows, rows):
            row = rows.get(code)
            before = present.get(code)
            state = None if row is None else continue_row(before, row)
            if state == before:
                continue
            versions = histories.setdefault(code, [])
            if before is not None:
                versions[-1] = Version(versions[-1].valid_from, day, before)
            if state is None:
                del present[code]
            else:
                versions.append(Version(day, None, state))
                present[code] = state
        previous_rows = rows
    return histories


def _splice(
    versions: Sequence[Version], pieces: Sequence[tuple[date, State | None]], *, felt_until: date | None
) -> list[Version]:
    """The versions with what held from the first piece's day up to `felt_until` (`None`: for good) replaced."""
    ends = [day for day, _ in pieces[1:]] + [felt_until]
    replaced = [Version(day, end, state) for (day, state), end in zip(pieces, ends, strict=True) if state is not None]
    if not versions:
        return _coalesce(replaced)
    start = pieces[0][0]
    kept_before = [
        Version(v.valid_from, start if v.valid_until is None or v.valid_until > start else v.valid_until, v.state)
        for v in versions
        if v.valid_from < start
    ]
    kept_after = [
        Version(max(v.valid_from, felt_until), v.valid_until, v.state)
        for v in versions
        if felt_until is not None and (v.valid_until is None or v.valid_until > felt_until)
    ]
    return _coalesce([*kept_before, *replaced, *kept_after])


def _coalesce(versions: Iterable[Version]) -> list[Version]:
    """Adjacent versions with the same state, joined."""
    joined: list[Version] = []
    for version in versions:
        last = joined[-1] if joined else None
        if last and last.valid_until == version.valid_from and last.state == version.state:
            joined[-1] = Version(last.valid_from, version.valid_until, last.state)
        else:
            joined.append(version)
    return joined
