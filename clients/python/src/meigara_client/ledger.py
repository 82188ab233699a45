"""All histories at once, loaded in one file: any number of days can then be answered without asking, by the rule of `as_of`."""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from meigara_client.codes import find_code
from meigara_client.errors import ServerUnreachable, SnapshotNotFound, UnexpectedAnswer
from meigara_client.pages import read
from meigara_client.transport import BrokenOff, Transport
from meigara_client.universe import STATE_FIELDS, ListedState, Universe
from meigara_client.wording import say

_PATH = "/companies/history/export"
#: By what days can be narrowed without asking.
FILTERS = ("code", *(name for name in STATE_FIELDS if not name.startswith("company_name")))


class _History:
    """The versions of one issue, and their days apart from them, because each day that is asked for looks at all issues."""

    __slots__ = ("ends", "starts", "states")

    def __init__(self, states: list[ListedState]) -> None:
        self.states = sorted(states, key=lambda state: state.valid_from)
        self.starts = [state.valid_from for state in self.states]
        self.ends = [state.valid_until or date.max for state in self.states]

    def on(self, day: date) -> ListedState | None:
        """The last that had begun, unless it had ended."""
        place = bisect_right(self.starts, day) - 1
        return self.states[place] if place >= 0 and day < self.ends[place] else None


class Ledger:
    """The versions of all issues as known at one revision. On a day holds the version with `valid_from <= day < valid_until`. `chain` is the hash of that
    revision, where it has one: `client.chain(head=(ledger.revision, ledger.chain))` tells later whether the server's history still goes on from it.
    """

    def __init__(
        self, revision: int, states: Iterable[ListedState], *, chain: str | None = None, language: str = "ja"
    ) -> None:
        self.revision, self.chain, self._language = revision, chain, language
        by_code: dict[str, list[ListedState]] = {}
        for state in states:
            by_code.setdefault(state.code, []).append(state)
        self._histories = {code: _History(by_code[code]) for code in sorted(by_code)}
        #: The day of the first list; `None` where there is none.
        self.first_day = min((history.starts[0] for history in self._histories.values()), default=None)

    def states(self) -> Iterator[ListedState]:
        """Every version, by code and day."""
        for history in self._histories.values():
            yield from history.states

    def find(self, code: str, day: date) -> ListedState | None:
        """What an issue was on a day; `None` where it was not listed."""
        history = self._histories.get(code)
        return None if history is None else history.on(day)

    def code_of(self, text: str) -> str | None:
        """The code that is meant by one of the usual notations; `None`: never in a list."""
        return find_code(text, self._histories)

    def as_of(self, day: date, wanted: Mapping[str, object] | None = None) -> Universe[ListedState]:
        """Who was listed on a day. Raises `SnapshotNotFound` before the first list, and `TypeError` for a filter that only the server knows."""
        if self.first_day is None or day < self.first_day:
            raise self._no_list(day)
        sets = _as_sets(wanted or {})
        found = ((code, history.on(day)) for code, history in self._histories.items())
        listed = {code: state for code, state in found if state is not None}
        for name, values in sets.items():
            listed = {code: state for code, state in listed.items() if getattr(state, name) in values}
        return Universe(ListedState, day, self.revision, listed)

    def _no_list(self, day: date) -> SnapshotNotFound:
        details = {"as_of": day.isoformat(), "first_date": self.first_day and self.first_day.isoformat()}
        return SnapshotNotFound(404, "SNAPSHOT_NOT_FOUND", say("no_list", self._language).format(day=day), details=details)  # fmt: skip


def _as_sets(wanted: Mapping[str, object]) -> dict[str, frozenset[object]]:
    unknown = sorted(set(wanted) - set(FILTERS))
    if unknown:
        raise TypeError(f"universes() narrows by {', '.join(FILTERS)}, not by {', '.join(unknown)}: ask universe(day) for that")  # fmt: skip
    return {
        name: frozenset(value) if isinstance(value, Iterable) and not isinstance(value, str) else frozenset([value])
        for name, value in wanted.items()
        if value is not None
    }


@dataclass(slots=True)
class _Download:
    """What has arrived of the file. The last code's lines may not be all of it."""

    rows: list[ListedState]
    revision: int | None = None

    def go_back_to_a_whole_code(self) -> None:
        """After a break."""
        last = self.rows[-1].code if self.rows else None
        while self.rows and self.rows[-1].code == last:
            self.rows.pop()

    def question(self, known_at: object) -> dict[str, object]:
        """For what is missing, of the same revision."""
        pin: dict[str, object] = {"known_at": known_at} if self.revision is None else {"revision": self.revision}
        return {"format": "ndjson", **pin, "after_code": self.rows[-1].code if self.rows else None}


def load_ledger(transport: Transport, *, known_at: object = None, language: str = "ja") -> Ledger:
    """Everything that is known now, or was known at a revision or moment. A file that breaks off goes on where it stopped, of the same revision."""
    download = _Download([])
    attempt = 0
    while True:
        had = len(download.rows)
        try:
            with transport.lines(_PATH, download.question(known_at)) as (revision, chain, lines):
                download.revision = revision
                for line in lines:
                    download.rows.append(_row(line))
        except BrokenOff as broken:
            if len(download.rows) > had:
                download.go_back_to_a_whole_code()
            # Who gets on is not counted as one who tries in vain.
            attempt = 1 if len(download.rows) > had else attempt + 1
            if not transport.pause(attempt):
                raise ServerUnreachable(f"{transport.base_url}{_PATH} broke off again and again: {broken}") from broken
        else:
            return Ledger(revision, download.rows, chain=chain, language=language)


def _row(line: str) -> ListedState:
    try:
        told = json.loads(line)
    except ValueError as error:
        raise UnexpectedAnswer(f"not a line of JSON: {line[:80]!r}") from error
    return read(ListedState, told)
