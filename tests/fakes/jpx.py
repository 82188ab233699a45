"""A web server of JPX's over real HTTP: the month's list at its address, with `ETag` and `Last-Modified`, and on demand every fault."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from http.server import BaseHTTPRequestHandler
from typing import Any

import openpyxl
import xlwt

from tests.fakes.server import FakeService, Fault, QuietHandler, answering, cut, page, redirect, send, silence

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


def _not_modified(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(304)
    handler.end_headers()


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
    "304": _not_modified,
    "timeout": silence,
}


@dataclass
class FakeJpx(FakeService):
    """The server and the file that it publishes, under one of the names that it had."""

    content: bytes = b""
    file_name: str = NEW_NAME
    validators: tuple[str, ...] = ("ETag", "Last-Modified")
    last_modified: str = "Wed, 03 Apr 2024 00:00:00 GMT"

    def publish(self, day: date, rows: Sequence[Sequence[Any]]) -> None:
        """In place of what was there."""
        self.content = make_workbook(day, rows) if self.file_name == NEW_NAME else make_old_workbook(day, rows)
        self.last_modified = f"{day:%a, %d %b %Y} 00:00:00 GMT"

    def known_faults(self) -> set[str]:
        return set(FAULTS)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        class Handler(_Handler):
            server_state = self

        return Handler

    def base_url(self) -> str:
        """What a source of it has."""
        return self.address() + PATH

    def told(self) -> dict[str, str]:
        """Of the file that is published now."""
        told = {"ETag": f'"{hashlib.sha256(self.content).hexdigest()[:16]}"', "Last-Modified": self.last_modified}
        return {name: text for name, text in told.items() if name in self.validators}


class _Handler(QuietHandler):
    server_state: FakeJpx

    def do_GET(self) -> None:  # noqa: N802 the library's name
        fake = self.server_state
        fake.note(self, self.path, {})
        if fault := fake.take_fault(self.path):
            FAULTS[fault](self)
            return
        if self.path != f"{PATH}/{fake.file_name}":
            FAULTS["404"](self)
            return
        told = fake.told()
        conditions = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
        asked = [name for name, header in conditions.items() if self.headers.get(header)]
        # The tag goes before the day.
        is_same = bool(asked) and self.headers.get(conditions[asked[0]]) == told.get(asked[0])
        self.send_response(304 if is_same else 200)
        for name, text in told.items():
            self.send_header(name, text)
        if not is_same:
            self.send_header("Content-Type", "application/vnd.ms-excel")
            self.send_header("Content-Length", str(len(fake.content)))
        self.end_headers()
        if not is_same:
            self.wfile.write(fake.content)
