"""What a backup says of itself: what must be in the database once it is restored."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from backups.errors import BackupDamaged


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the database was when the backup was taken: all of one moment."""

    created_at: str
    postgresql_major: int
    migrations: list[str]
    rows_by_table: dict[str, int]
    format: int

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=2).encode()


def manifest_of(told: dict[str, Any]) -> Manifest:
    """From what stands in the file. Raises `BackupDamaged`."""
    try:
        return Manifest(**told)
    except TypeError as error:
        raise BackupDamaged from error
