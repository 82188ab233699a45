"""JPX's saved pages of delisted issues and of new listings, one a year, read into official days.

A page has a table with a header by whose names columns are found. Of new listings one issuer takes two rows, of which the first tells
the day (with that of the approval in brackets), name and code, the second the market, under a header of two rows.
Source: jpx.co.jp, 上場廃止銘柄一覧 and 新規上場会社情報, checked 2026-11-26 by programs that read them; the form of dates varies.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from companies.issuers.official_dates.models import OfficialDateKind
from companies.issuers.official_dates.rows import Coverage, OfficialDay
from datasources.jpx.official_columns import DAYS, field_of, fields_of
from datasources.jpx.official_rows import RowReader
from datasources.jpx.official_text import Unreadable, read_codes
from datasources.jpx.page import PageRow, read_tables
from datasources.official_files import OfficialFile, OfficialFileError

#: Who tells what stands in such a page.
PAGE_ORIGIN = "JPX"
_WORDS = ("上場廃止日", "上場日", "新規上場日")


@dataclass(frozen=True, slots=True)
class _Header:
    """Where each field stands: in which row of a record, and in which column; and the column and name of the day."""

    places: dict[str, tuple[int, int]]
    day_column: int
    end: int
    height: int
    day_spans: bool

    @property
    def width(self) -> int:
        return max(column for _, column in self.places.values()) + 1


def read_page(content: bytes, *, today: date) -> OfficialFile:
    """The days of a page, and the years that it is complete for. Raises `ListFileError` (`OfficialFileError` of its rows)."""
    reader = RowReader(today)
    is_found = False
    for table in read_tables(content, words=_WORDS):
        header = _find_header(table)
        if header is None:
            continue
        is_found = True
        for record in _records(table[header.end :], header):
            _read_record(reader, record, header)
    if not is_found:
        raise OfficialFileError(
            [
                gettext(
                    "上場廃止日（または上場日）とコードの列がある表が見つかりません。エラーのページや別のページを保存していないか、"
                    "文字化けしていないか確認し、JPX の上場廃止銘柄一覧か新規上場のページを保存し直してください。"
                )
            ]
        )
    return reader.finish(PAGE_ORIGIN, [*_coverage(reader.days)])


def _find_header(table: Sequence[PageRow]) -> _Header | None:
    for start, first in enumerate(table):
        day = next((place for place, name in fields_of(first.texts) if name in DAYS), None)
        if day is None:
            continue
        height = 1
        while start + height < len(table) and _goes_on(table[start + height], first, day):
            height += 1
        rows = table[start : start + height]
        places: dict[str, tuple[int, int]] = {}
        for row, line in enumerate(rows):
            for column, name in fields_of(line.texts):
                places.setdefault(name, (row, column))
        if "code" in places:
            spans = all(line.numbers[day : day + 1] == [first.numbers[day]] for line in rows)
            return _Header(places, day, start + height, height, spans)
    return None


def _goes_on(row: PageRow, first: PageRow, day: int) -> bool:
    return row.numbers[day : day + 1] == [first.numbers[day]] or any(True for _ in fields_of(row.texts))


def _records(rows: Sequence[PageRow], header: _Header) -> Iterator[list[PageRow]]:
    """The rows of one issuer each."""
    group: list[PageRow] = []
    for row in rows:
        if _says_nothing(row, header):
            continue
        if group and not _belongs(row, group, header):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _says_nothing(row: PageRow, header: _Header) -> bool:
    """Empty, one note over all columns, or the header again."""
    return not any(row.texts) or len(set(row.numbers)) == 1 or any(field_of(text) in DAYS for text in row.texts)


def _belongs(row: PageRow, group: Sequence[PageRow], header: _Header) -> bool:
    """Whether a row goes on with the issuer of the rows above."""
    if header.height > 1 and not header.day_spans:
        return len(group) < header.height
    column = header.day_column
    if column >= len(row.numbers):
        return False
    if row.numbers[column] != group[-1].numbers[column]:
        return not row.texts[column] and not _has_code(row, header)
    if header.height > 1:
        return len(group) < header.height
    return (
        not _has_code(row, header)
        or row.numbers[header.places["code"][1]] == group[-1].numbers[header.places["code"][1]]
    )


def _has_code(row: PageRow, header: _Header) -> bool:
    column = header.places["code"][1]
    try:
        return column < len(row.texts) and bool(read_codes(row.texts[column]))
    except Unreadable:
        return False


def _read_record(reader: RowReader, record: Sequence[PageRow], header: _Header) -> None:
    line = record[0].line
    if (len(record[0].texts) < header.width and len(record) < header.height) or len(
        record[0].texts
    ) <= header.day_column:
        message = gettext("{line} 行目: 列が足りません。ページが途中で切れていないか確認してください。")
        reader.problems.append(message.format(line=line))
        return
    row = {}
    for name, (place, column) in header.places.items():
        texts = record[min(place, len(record) - 1)].texts
        row[name] = texts[column] if column < len(texts) else ""
    # Names stand over what else is told of the issuer (who heads it): the first line is the name.
    if "company_name" in row:
        row["company_name"] = row["company_name"].partition("\n")[0]
    reader.read(line, row)


def _coverage(days: Sequence[OfficialDay]) -> Iterator[Coverage]:
    """A page of one year tells all of it; one that reaches over the turn of a year, from its first day on."""
    for kind in OfficialDateKind.values:
        told = [day.official_on for day in days if day.kind == kind]
        if told:
            first, last = min(told), max(told)
            begin = date(first.year, 1, 1) if first.year == last.year else first
            yield Coverage(kind, begin, date(last.year, 12, 31))
