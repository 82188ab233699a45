"""Rows as files: CSV for spreadsheets and programs, XLSX, a JSON object a line, and Parquet.

Rows come in one by one and go out in chunks, so that the size of the list makes no difference to memory. What a person
wrote (a name that begins with `=`) stays text when a spreadsheet opens it.
"""

import csv
import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from django.db import models
from django.utils.module_loading import import_string

from companies.columns import Column
from companies.workbook import Book, write_workbook
from companies.written_rows import PREFIX, Row, as_lines, as_text

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
    PARQUET = "parquet", "Parquet"


CONTENT_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.NDJSON: "application/x-ndjson",
    # Registered with IANA in 2024.
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
}
# What a file says of itself that is the same whenever it is made: the bytes of a workbook have a hash in its manifest.
_LASTING = ("revision", "chain")
#: Loaded by who writes the first such file: what it is made with is large.
_PARQUET = "companies.parquet.write_parquet"


def write_rows(
    file_format: str, rows: Iterable[Row], columns: Sequence[Column], *, book: Book | None = None, notes: Mapping[str, Any] | None = None
) -> Iterator[bytes]:  # fmt: skip
    """The file in chunks: a line of the columns' names, then a line for each row (NDJSON: lines only). A `book` says how a workbook is kept;
    `notes` stand in a file that has a place for them, as texts: all of them in Parquet; which revision it is, and its hash, among the properties of a
    workbook that no `book` is kept of, which says so on a sheet.
    """
    names = [column.name for column in columns]
    if file_format == ExportFormat.PARQUET:
        write: Callable[..., Iterator[bytes]] = import_string(_PARQUET)
        return write(rows, columns, notes or {})
    if file_format == ExportFormat.XLSX:
        return _write_xlsx(iter(rows), names, notes or {}) if book is None else _write_book(iter(rows), names, book)
    return {ExportFormat.CSV: _write_csv, ExportFormat.NDJSON: _write_ndjson}[ExportFormat(file_format)](
        iter(rows), names
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
        yield as_lines(chunk, columns)


def _write_xlsx(rows: Iterator[Row], columns: Sequence[str], notes: Mapping[str, Any]) -> Iterator[bytes]:
    properties = {PREFIX + name: str(notes[name]) for name in _LASTING if notes.get(name) is not None}
    return write_workbook(
        ([as_text(row[column]) for column in columns] for row in rows), columns, properties=properties
    )


def _write_book(rows: Iterator[Row], columns: Sequence[str], book: Book) -> Iterator[bytes]:
    """With widths of what is in the first rows."""
    first = list(islice(rows, _ROWS_IN_A_CHUNK))
    widths = [
        min(_WIDEST, max(_seen_width(column) + _FILTER_WIDTH, *(_seen_width(as_text(row[column])) for row in first), 0) + 1)
        for column in columns
    ]  # fmt: skip
    told = (
        [row[column] if column in book.kinds else as_text(row[column]) for column in columns]
        for row in chain(first, rows)
    )
    return write_workbook(told, columns, replace(book, widths=widths))


def _seen_width(text: str) -> int:
    """Of letters of Japan one counts as two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def _as_cell(value: Any) -> str:
    """A number below zero is none that a spreadsheet would have to calculate."""
    text = as_text(value)
    return text if isinstance(value, int | float | Decimal) else _inert(text)


def _inert(text: str) -> str:
    """With an apostrophe in front of what a spreadsheet would calculate. The lone `-` of the size classes is none."""
    return f"'{text}" if len(text) > 1 and text.startswith(_FORMULA_STARTS) else text
