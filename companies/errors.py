"""What can go wrong with the ledger, each error naming the fact."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(eq=False)
class SnapshotRefused(Exception):
    """The rows cannot be, or are too unlikely to be, the list of that day. Nothing was written.

    `reason` is a stable word (`empty`, `duplicate_code`, `incomplete_row`, `unusable_text`, `garbled_text`, `too_few_rows`,
    `too_few_known_codes`, `unusual_changes`), `details` the figures and a sample; `companies.ledger.refusal_wording` says it to people. Only a list that is merely
    unlikely `can_be_forced`: an operator may know better.
    """

    reason: str
    details: dict[str, Any] = field(default_factory=dict)
    can_be_forced: bool = False

    def __str__(self) -> str:
        return f"{self.reason} {self.details}"


@dataclass(eq=False)
class SnapshotDiffers(Exception):
    """A list would no longer change what somebody confirmed; `counts` are the changes by kind now. Nothing was written."""

    counts: dict[str, int]

    def __str__(self) -> str:
        return f"{self.counts}"


@dataclass(eq=False)
class EntryNotFound(Exception):
    """The ledger has no entry of that number."""

    entry_id: int

    def __str__(self) -> str:
        return str(self.entry_id)


@dataclass(eq=False)
class EntryDamaged(Exception):
    """What is stored of an entry is not what was fingerprinted when it was recorded."""

    entry_id: int

    def __str__(self) -> str:
        return str(self.entry_id)


@dataclass(eq=False)
class WithdrawalIncomplete(Exception):
    """An entry is taken back with a reason and by somebody: `missing` is `reason` or `withdrawn_by`."""

    missing: str

    def __str__(self) -> str:
        return self.missing


@dataclass(eq=False)
class SnapshotNotFound(Exception):
    """No snapshot is in force on `day`: the history begins on `first_on`, or is empty when that is `None`."""

    day: date
    first_on: date | None

    def __str__(self) -> str:
        return f"{self.day} (first: {self.first_on})"


@dataclass(eq=False)
class RevisionNotFound(Exception):
    """The ledger has no such revision yet, or knows nothing of that moment yet; `newest` is the last there is."""

    asked: str
    newest: int

    def __str__(self) -> str:
        return f"{self.asked} (newest: {self.newest})"


class TooManyRows(Exception):
    """More rows than a sheet of a workbook has below its headings. `most` is how many fit."""

    def __init__(self, most: int) -> None:
        super().__init__(f"a sheet has {most} rows at most; take csv, ndjson or parquet, or fewer codes")
        self.most = most
