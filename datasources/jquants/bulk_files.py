"""Which of J-Quants' bulk files hold which days. Pure.

Source: J-Quants API V2, "List of Downloadable Files", "Get File Download URL" (jpx-jquants.com/en/spec/bulk-list and bulk-get), its
questions and answers (repository J-Quants/j-quants-doc-mcp), the official client (J-Quants/jquants-api-client-python), checked
2026-11-27. `/bulk/list?endpoint=/equities/master` answers `{"data": [{"Key", "LastModified", "Size"}]}`, oldest first, `Size` in
bytes as packed. Keys are `equities/master/historical/2024/equities_master_202403.csv.gz` for a month that is over and
`equities/master/live/equities_master_20260618.csv.gz` for a day of the month that is not (early in a month of the one before, too);
for some plans with one more folder. Light and up. The columns and the letters of the files are not documented.
"""

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

_FOLDER = "equities/master/"
_PERIOD = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})?(?!\d)")
#: A file costs one request for its address and two days that are asked of the API to compare: fewer days are not worth it. So no
#: file of a single day is ever taken: the API gives it with one request.
FEWEST_DAYS = 4


@dataclass(frozen=True, slots=True)
class BulkFile:
    """One file that is listed: its key, the first and the last day it is named after, and its size in bytes, packed."""

    key: str
    first: date
    last: date
    size_bytes: int

    @property
    def name(self) -> str:
        """Without its folders."""
        return self.key.rpartition("/")[2]


def read_files(rows: Sequence[Mapping[str, Any]]) -> list[BulkFile]:
    """The files of an answer; rows that are none of lists of issues, or not legible, are passed by."""
    found = (_read_file(row) for row in rows)
    return [file for file in found if file is not None]


def assign_days(files: Sequence[BulkFile], days: Sequence[date]) -> dict[BulkFile, list[date]]:
    """To each file that is worth its requests the days it should hold, oldest first; each day to one file at most, the one that
    holds the most.
    """
    left, assigned = set(days), {}
    for file in sorted(files, key=lambda file: (file.last - file.first, file.key), reverse=True):
        held = sorted(day for day in left if file.first <= day <= file.last)
        if len(held) >= FEWEST_DAYS:
            assigned[file] = held
            left.difference_update(held)
    return assigned


def _read_file(row: Mapping[str, Any]) -> BulkFile | None:
    key, size = row.get("Key"), row.get("Size")
    if not isinstance(key, str) or not key.lstrip("/").startswith(_FOLDER):
        return None
    # The last one: folders are named after the year.
    named = list(_PERIOD.finditer(key.rpartition("/")[2]))
    if not named:
        return None
    year, month, day = (int(part) if part else None for part in named[-1].groups())
    try:
        first = date(year or 0, month or 0, day or 1)
    except ValueError:
        return None
    last = first if day else first.replace(day=monthrange(first.year, first.month)[1])
    return BulkFile(key, first, last, int(size) if isinstance(size, int | float) else 0)
