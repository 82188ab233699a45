"""The canonical form of a list: what is fingerprinted, compressed and kept in the ledger."""

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import orjson

from companies.listed_issue import TRACKED_FIELDS, ListedIssue

#: The values of `TRACKED_FIELDS`, in that order; `None` where the source does not say.
State = tuple[str | None, ...]
#: A whole list: securities code → what the source says of it.
Rows = Mapping[str, State]

_UNSAID = (None,) * len(TRACKED_FIELDS)
# A row with its code and all fields.
_WHOLE = 1 + len(TRACKED_FIELDS)
_read_state = attrgetter(*TRACKED_FIELDS)
# Level 1 packs a list of 4,400 rows to 80 KB in 2 ms; level 6 saves 20 KB more and takes five times as long.
_COMPRESSION_LEVEL = 1
# Of a row: the first fields. Those that came later are written where something is said of them, so that a list which says
# nothing keeps the fingerprint that it has in the ledger.
_ALWAYS_WRITTEN = 8


@dataclass(frozen=True, slots=True)
class PackedRows:
    """A list in canonical bytes. The fingerprint is taken before compression, to outlive a change of algorithm."""

    sha256: str
    canonical: bytes

    def compress(self) -> bytes:
        """The stored form."""
        return zlib.compress(self.canonical, _COMPRESSION_LEVEL)


def collect_rows(issues: Iterable[ListedIssue]) -> dict[str, State]:
    """The rows of a list by code. Duplicate codes must have been refused before."""
    return {issue.code: _read_state(issue) for issue in issues}


def pack_rows(rows: Rows) -> PackedRows:
    """The canonical form of a list: JSON arrays `[code, field, …]` in the order of the codes."""
    canonical = orjson.dumps([(code, *_written(rows[code])) for code in sorted(rows)])
    return PackedRows(hashlib.sha256(canonical).hexdigest(), canonical)


def unpack_rows(compressed: bytes | memoryview) -> dict[str, State]:
    """The rows, each with all fields: nothing is said of those that are not written."""
    return read_canonical(zlib.decompress(compressed))


def read_canonical(canonical: bytes) -> dict[str, State]:
    """The rows of the canonical form."""
    return {row[0]: _state_of(row) for row in orjson.loads(canonical)}


class ListReader:
    """Reads one list after another. Most rows of a day are those of the day before to the letter: these are not read again, and
    their states are the same objects. In which order lists come does not matter to what is read.
    """

    def __init__(self, canonical: bytes = b"[]", rows: Rows | None = None) -> None:
        self._texts = _split_rows(canonical)
        self._rows: Rows = rows or {}

    def read(self, canonical: bytes, row_count: int) -> Rows:
        """The rows of the canonical form."""
        texts = _split_rows(canonical)
        rows = self._read_beside(texts) if len(texts) == row_count else None
        self._texts, self._rows = texts, read_canonical(canonical) if rows is None else rows
        return self._rows

    def _read_beside(self, texts: set[bytes]) -> Rows | None:
        """`None` where a text holds what stands between two rows: then its halves are no JSON."""
        if len(self._texts) != len(self._rows):
            return None
        try:
            gone, come = (
                orjson.loads(b"[[%b]]" % b"],[".join(one)) for one in (self._texts - texts, texts - self._texts)
            )
        except orjson.JSONDecodeError:
            return None
        rows = dict(self._rows)
        for row in gone:
            if row:
                del rows[row[0]]
        rows.update((row[0], _state_of(row)) for row in come if row)
        return rows


def _split_rows(canonical: bytes) -> set[bytes]:
    return set(canonical[2:-2].split(b"],[")) - {b""}


def _state_of(row: Sequence[Any]) -> State:
    """All fields: nothing is said of those that are not written."""
    return tuple(row[1:]) if len(row) == _WHOLE else (*row[1:], *_UNSAID[: _WHOLE - len(row)])


def _written(state: State) -> State:
    end = len(state)
    while end > _ALWAYS_WRITTEN and state[end - 1] is None:
        end -= 1
    return state[:end]


def is_intact(compressed: bytes | memoryview, *, sha256: str) -> bool:
    """Whether a stored list still is what was fingerprinted."""
    return read_intact(compressed, sha256=sha256) is not None


def read_intact(compressed: bytes | memoryview, *, sha256: str) -> bytes | None:
    """The canonical form of a stored list; `None` where it no longer is what was fingerprinted."""
    try:
        canonical = zlib.decompress(compressed)
    except zlib.error:
        return None
    return canonical if hashlib.sha256(canonical).hexdigest() == sha256 else None


def differing_codes(before: Rows, after: Rows) -> set[str]:
    """The codes whose rows differ, or that only one of the two lists has."""
    if before is after:
        return set()
    return {code for code, row in after.items() if before.get(code) != row} | (before.keys() - after.keys())
