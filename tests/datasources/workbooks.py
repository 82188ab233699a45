"""Workbooks made for tests: a good list in every form, and with things done to it."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import xlwt

from tests.datasources.test_jpx_listing import ETF, HEADER, KYOKUYO

ROWS: list[list[Any]] = [
    HEADER.split(","),
    *[[float(cell) if cell.isdecimal() else cell for cell in row.split(",")] for row in (KYOKUYO, ETF)],
]


def modern(change: Callable[[Any], object] = id, rows: Sequence[Sequence[Any]] = ROWS) -> bytes:
    """An `.xlsx` with the rows on its only sheet; `change` gets the workbook."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def legacy(rows: Sequence[Sequence[Any]] = ROWS) -> bytes:
    """The same as `.xls`."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            sheet.write(y, x, cell)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """An `.xlsx` with one of its parts changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, change(old.read(entry)) if entry == name else old.read(entry))
    return file.getvalue()


def zipped(**parts: bytes) -> bytes:
    """A zip with these parts; `__` in a name is a slash, `_` a dot."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()
