"""What a backup says of itself: what must be in the database once it is restored."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from backups.errors import BackupDamaged


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The newest revision of the ledger that has a hash, and its hash (docs/proofs.md)."""

    revision: int
    chain: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the database was when the backup was taken: all of one moment."""

    created_at: str
    postgresql_major: int
    migrations: list[str]
    rows_by_table: dict[str, int]
    format: int
    #: None where no revision had a hash, or the release that took the backup knew none.
    head: ChainHead | None = None

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=2).encode()


def manifest_of(told: dict[str, Any]) -> Manifest:
    """From what stands in the file. Raises `BackupDamaged`."""
    try:
        head = told.get("head")
        return Manifest(**{**told, "head": None if head is None else ChainHead(**head)})
    except TypeError as error:
        raise BackupDamaged from error
