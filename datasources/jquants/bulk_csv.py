"""A bulk file read as a stream into the lists of its days, by the reader of the API's rows. Bounded in memory, whatever comes.

What the columns are called is not documented, so they are looked for: by the names of the API's V2, which people have seen in these
files (88,870 rows for August 2026, 4,441 issues on 20 days), and by those of V1.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from companies.listed_issue import ListedIssue
from datasources.choices import ApiVersion
from datasources.jquants.listing import NAMES, RowReader
from datasources.list_notes import FileNotUsable
from datasources.waiting import CheckCancelled

#: A month has about 17 MB.
MAX_UNPACKED_BYTES = 128 * 1024 * 1024
# A month of 23 days with 5,000 issues has 115,000; equal rows of several days are kept once.
_MOST_ROWS = 200_000
_LONGEST_LINE = 64 * 1024
_MOST_COLUMNS = 100
_LOOK_EVERY_ROWS = 5_000
_GZIP = b"\x1f\x8b"
#: What an issue is told by, as V2 calls it. Without one of them a file would say less than the API.
_NEEDED = ("Date", "Code", *NAMES[ApiVersion.V2].values())


@dataclass(frozen=True, slots=True)
class BulkContent:
    """The lists of the days that were wanted and are there, and columns that nobody knows."""

    lists: dict[date, list[ListedIssue]]
    unknown_columns: list[str]


def read_bulk_csv(
    content: bytes, wanted: Collection[date], *, today: date, check_cancelled: CheckCancelled
) -> BulkContent:
    """The lists of the `wanted` days in a file, packed or not. `today` is the day in Japan. The `Date` of a row says of which day it
    is. Raises `FileNotUsable`, and `SourceError` that names a row.
    """
    try:
        with io.TextIOWrapper(io.BufferedReader(_Bounded(_unpack(content))), encoding="utf-8-sig", newline="") as text:
            rows = csv.reader(_lines(text), strict=True)
            columns, unknown = _match_columns(next(rows, []), content)
            lists = _read_rows(rows, columns, wanted, today, check_cancelled)
    except (OSError, EOFError, zlib.error) as error:  # of gzip: cut, or not right
        raise FileNotUsable("NO_GZIP") from error
    except UnicodeDecodeError as error:
        raise FileNotUsable("NO_UTF8") from error
    except csv.Error as error:
        raise FileNotUsable("NO_CSV") from error
    return BulkContent(lists, unknown)


def _unpack(content: bytes) -> io.BufferedIOBase:
    raw = io.BytesIO(content)
    # Some servers say by a header that a file is packed; then it comes unpacked.
    return gzip.GzipFile(fileobj=raw) if content.startswith(_GZIP) else raw


class _Bounded(io.RawIOBase):
    """What comes out of a file, up to a limit. Raises `FileNotUsable` beyond it."""

    def __init__(self, unpacked: io.BufferedIOBase) -> None:
        self._unpacked, self._left = unpacked, MAX_UNPACKED_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # as it is called
        count = self._unpacked.readinto(buffer)
        self._left -= count
        if self._left < 0:
            raise FileNotUsable("TOO_LARGE_UNPACKED", max_bytes=MAX_UNPACKED_BYTES)
        return count


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE and not line.endswith("\n"):
            raise FileNotUsable("LINE_TOO_LONG")
        yield line


def _match_columns(header: list[str], content: bytes) -> tuple[list[str | None], list[str]]:
    """For each column the name by which the API's rows have it, `None` where there is none; and those without one."""
    if content.lstrip()[:1] == b"<":
        raise FileNotUsable("HTML")
    columns = [_KNOWN_AS.get(_plain(name)) for name in header[:_MOST_COLUMNS]]
    missing = [name for name in _NEEDED if name not in columns]
    twice = [name for name in _NEEDED if columns.count(name) > 1]
    if missing or twice or len(header) > _MOST_COLUMNS:
        shown = [name[:30] for name in header[:30]]
        raise FileNotUsable("COLUMNS", missing=missing, twice=twice, header=shown)
    return columns, [name[:30] for name, known in zip(header, columns, strict=True) if known is None]


def _read_rows(
    rows: Iterator[list[str]], columns: list[str | None], wanted: Collection[date], today: date, check: CheckCancelled
) -> dict[date, list[ListedIssue]]:
    reader, lists, kept = RowReader(ApiVersion.V2, today=today), dict[date, list[ListedIssue]](), 0
    for number, values in enumerate(rows, start=2):
        if number % _LOOK_EVERY_ROWS == 0:
            check()
        if len(values) != len(columns):
            raise FileNotUsable("RAGGED", number=number)
        row = {name: value for name, value in zip(columns, values, strict=True) if name}
        if (day := reader.read_day(row, number)) not in wanted:
            continue
        kept += 1
        if kept > _MOST_ROWS:
            raise FileNotUsable("TOO_MANY_ROWS", count=_MOST_ROWS)
        lists.setdefault(day, []).append(reader.read_issue(row, number))
    return lists


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


#: By their plain names, as V1 calls them too. What nobody keeps is known as well.
_KNOWN_AS = {
    **{_plain(told): NAMES[ApiVersion.V2][field] for field, told in NAMES[ApiVersion.V1].items()},
    **{_plain(name): name for name in (*_NEEDED, "MrgnNm")},
    _plain("MarginCodeName"): "MrgnNm",
}
