"""A web server of JPX's over real HTTP: the month's list at its address, with `ETag` and `Last-Modified`, and on demand every fault."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from http.server import BaseHTTPRequestHandler
from typing import Any

import openpyxl
import xlwt

from tests.fakes.published_file import FakePublisher, not_modified
from tests.fakes.server import Fault, answering, cut, page, redirect, send, silence

PATH = "/markets/statistics-equities/misc/tvdivq0000001vg2-att"
NEW_NAME, OLD_NAME = "data_j.xlsx", "data_j.xls"
COLUMNS = [
    "日付", "コード", "銘柄名", "市場・商品区分", "33業種コード", "33業種区分", "17業種コード", "17業種区分", "規模コード", "規模区分",
]  # fmt: skip
#: After the day: as the real file has it, numbers as Excel numbers and `-` for none.
KYOKUYO: list[Any] = [1301.0, "極洋", "プライム（内国株式）", 50.0, "水産・農林業", 1.0, "食品", 7.0, "TOPIX Small 2"]


def make_rows(count: int, **named: str) -> list[list[Any]]:
    """So many companies from 1301 on; `c1301="…"` gives that one another name."""
    codes = (str(1301 + step) for step in range(count))
    return [[float(code), named.get(f"c{code}", f"会社{code}"), *KYOKUYO[2:]] for code in codes]


def make_workbook(day: date, rows: Sequence[Sequence[Any]], columns: Sequence[str] = COLUMNS) -> bytes:
    """As the publisher writes it today: `.xlsx`, the day before each row as a number."""
    book = openpyxl.Workbook()
    book.active.append(list(columns))
    for row in rows:
        book.active.append([float(f"{day:%Y%m%d}"), *row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def make_old_workbook(day: date, rows: Sequence[Sequence[Any]]) -> bytes:
    """As it wrote it until 2026: `.xls`."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    for y, cells in enumerate([COLUMNS, *[[float(f"{day:%Y%m%d}"), *row] for row in rows]]):
        for x, cell in enumerate(cells):
            sheet.write(y, x, cell)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _half(handler: BaseHTTPRequestHandler) -> None:
    """Whole by its length, but what lies there is not."""
    whole = make_workbook(date(2024, 3, 29), make_rows(40))
    send(handler, 200, whole[: len(whole) // 2], "application/vnd.ms-excel")


def _other_layout(handler: BaseHTTPRequestHandler) -> None:
    columns = [{"規模区分": "サイズ"}.get(name, name) for name in COLUMNS]
    send(handler, 200, make_workbook(date(2024, 3, 29), make_rows(40), columns), "application/vnd.ms-excel")


FAULTS: dict[str, Fault] = {
    "html": page,
    "500": answering(500, {}),
    "503": answering(503, {}),
    "429": answering(429, {}),
    "403": answering(403, {}),
    "404": lambda handler: send(handler, 404, b"<html>not here</html>", "text/html"),
    "redirect": redirect,
    "huge": lambda handler: send(handler, 200, b"PK" + b" " * (11 * 1024 * 1024), "application/vnd.ms-excel"),
    "empty": lambda handler: send(handler, 200, b"", "application/vnd.ms-excel"),
    "cut": cut,
    "half": _half,
    "other_layout": _other_layout,
    "304": not_modified,
    "timeout": silence,
}


@dataclass
class FakeJpx(FakePublisher):
    """The server and the file that it publishes, under one of the names that it had."""

    path, content_type, faults = PATH, "application/vnd.ms-excel", FAULTS
    file_name: str = NEW_NAME
    last_modified: str = "Wed, 03 Apr 2024 00:00:00 GMT"

    def publish(self, day: date, rows: Sequence[Sequence[Any]]) -> None:
        """In place of what was there."""
        self.content = make_workbook(day, rows) if self.file_name == NEW_NAME else make_old_workbook(day, rows)
        self.last_modified = f"{day:%a, %d %b %Y} 00:00:00 GMT"
