"""Companies as files: CSV for spreadsheets and programs, XLSX, and a JSON object a line.

Rows come in one by one and go out in chunks, so that the size of the list makes no difference to memory. What a person
wrote (a name that begins with `=`) stays text when a spreadsheet opens it.
"""

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from django.db import models

from companies.workbook import Book, write_workbook

Row = Mapping[str, Any]

_ROWS_IN_A_CHUNK = 500
# Excel takes a CSV file for UTF-8 only with this in front.
_BYTE_ORDER_MARK = "\ufeff"
# Widths in characters: of the widest column, and of the sign of a filter beside a heading.
_WIDEST, _FILTER_WIDTH = 60, 3
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class ExportFormat(models.TextChoices):
    """The kinds of file."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "Excel"
    NDJSON = "ndjson", "NDJSON"


CONTENT_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.NDJSON: "application/x-ndjson",
}


def write_rows(
    file_format: str, rows: Iterable[Row], columns: Sequence[str], book: Book | None = None
) -> Iterator[bytes]:
    """The file in chunks: a line of `columns`' names, then a line for each row (NDJSON: lines only). A `book` says how a workbook is kept."""
    if file_format == ExportFormat.XLSX:
        return _write_xlsx(iter(rows), columns) if book is None else _write_book(iter(rows), columns, book)
    return {ExportFormat.CSV: _write_csv, ExportFormat.NDJSON: _write_ndjson}[ExportFormat(file_format)](
        iter(rows), columns
    )


def _write_csv(rows: Iterator[Row], columns: Sequence[str]) -> Iterator[bytes]:
    buffer = io.StringIO()
    buffer.write(_BYTE_ORDER_MARK)
    writer = csv.writer(buffer)
    writer.writerow(columns)
    while chunk := list(islice(rows, _ROWS_IN_A_CHUNK)):
        writer.writerows([[_as_cell(row[column]) for column in columns] for row in chunk])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


def _write_ndjson(rows: Iterator[Row], columns: Sequence[str]) -> Iterator[bytes]:
    while chunk := list(islice(rows, _ROWS_IN_A_CHUNK)):
        lines = [
            json.dumps({column: row[column] for column in columns}, ensure_ascii=False, default=str) for row in chunk
        ]
        yield ("\n".join(lines) + "\n").encode()


def _write_xlsx(rows: Iterator[Row], columns: Sequence[str]) -> Iterator[bytes]:
    return write_workbook(([_as_text(row[column]) for column in columns] for row in rows), columns)


def _write_book(rows: Iterator[Row], columns: Sequence[str], book: Book) -> Iterator[bytes]:
    """With widths of what is in the first rows."""
    first = list(islice(rows, _ROWS_IN_A_CHUNK))
    widths = [
        min(_WIDEST, max(_seen_width(column) + _FILTER_WIDTH, *(_seen_width(_as_text(row[column])) for row in first), 0) + 1)
        for column in columns
    ]  # fmt: skip
    told = (
        [row[column] if column in book.kinds else _as_text(row[column]) for column in columns]
        for row in chain(first, rows)
    )
    return write_workbook(told, columns, replace(book, widths=widths))


def _seen_width(text: str) -> int:
    """Of letters of Japan one counts as two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _as_cell(value: Any) -> str:
    """A number below zero is none that a spreadsheet would have to calculate."""
    return _inert(value) if isinstance(value, str) else _as_text(value)


def _inert(text: str) -> str:
    """With an apostrophe in front of what a spreadsheet would calculate. The lone `-` of the size classes is none."""
    return f"'{text}" if len(text) > 1 and text.startswith(_FORMULA_STARTS) else text
