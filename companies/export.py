"""Companies as files: CSV for spreadsheets and programs, XLSX, and a JSON object a line.

Rows come in one by one and go out in chunks, so that the size of the list makes no difference to memory. What a person
wrote (a name that begins with `=`) stays text when a spreadsheet opens it.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import models

from companies.workbook import write_workbook

Row = Mapping[str, Any]

_ROWS_IN_A_CHUNK = 500
# Excel takes a CSV file for UTF-8 only with this in front.
_BYTE_ORDER_MARK = "\ufeff"
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


def write_rows(file_format: str, rows: Iterable[Row], columns: Sequence[str]) -> Iterator[bytes]:
    """The file in chunks: a line of `columns`' names, then a line for each row (NDJSON: lines only)."""
    writers = {ExportFormat.CSV: _write_csv, ExportFormat.XLSX: _write_xlsx, ExportFormat.NDJSON: _write_ndjson}
    return writers[ExportFormat(file_format)](iter(rows), columns)


def _write_csv(rows: Iterator[Row], columns: Sequence[str]) -> Iterator[bytes]:
    buffer = io.StringIO()
    buffer.write(_BYTE_ORDER_MARK)
    writer = csv.writer(buffer)
    writer.writerow(columns)
    while chunk := list(islice(rows, _ROWS_IN_A_CHUNK)):
        writer.writerows([[_inert(_as_text(row[column])) for column in columns] for row in chunk])
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


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _inert(text: str) -> str:
    """With an apostrophe in front of what a spreadsheet would calculate. The lone `-` of the size classes is none."""
    return f"'{text}" if len(text) > 1 and text.startswith(_FORMULA_STARTS) else text
