"""J-Quants' bulk files: what the API says of them, and the second host that has them, by URLs that are signed, once and not for long."""

import csv
import gzip
import io
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from companies.listed_issue import ListedIssue
from tests.fakes.jquants_rows import Row, as_v1, make_rows
from tests.fakes.server import FakeService, Fault, QuietHandler, answering, cut, page, redirect, send, silence

#: Spoils the rows of a file that is otherwise as it should be.
_Spoil = Callable[[list[Row]], list[Row]]


def _without(name: str) -> _Spoil:
    return lambda rows: [{told: value for told, value in row.items() if told != name} for row in rows]


def _with(**values: Any) -> _Spoil:
    return lambda rows: [{**row, **values} for row in rows]


def _renamed(old: str, new: str) -> _Spoil:
    return lambda rows: [{new if name == old else name: value for name, value in row.items()} for row in rows]


def _in_other_words(rows: list[Row]) -> list[Row]:
    """The same columns as somebody else would spell them."""
    return [{f" {name.upper()}_": value for name, value in row.items()} for row in rows]


def _thinned(rows: list[Row]) -> list[Row]:
    """Half of the days in the middle is missing."""
    days = sorted({row["Date"] for row in rows})
    middle = days[len(days) // 2]
    kept = [row for row in rows if row["Date"] != middle]
    return [*kept, *[row for row in rows if row["Date"] == middle][::2]]


def _short_of_a_day(rows: list[Row]) -> list[Row]:
    days = sorted({row["Date"] for row in rows})
    return [row for row in rows if row["Date"] != days[1]]


ROW_SPOILERS: dict[str, _Spoil] = {
    "missing_column": _without("Mkt"),
    "extra_column": _with(IsinCd="JP3000000000"),
    "renamed_column": _renamed("Mkt", "Segment"),
    "column_twice": _renamed("MrgnNm", "Company Name"),
    "v1_columns": lambda rows: [{**as_v1(row), "ProdCat": row["ProdCat"]} for row in rows],
    "spelled_otherwise": _in_other_words,
    "other_columns": lambda rows: [{"Date": row["Date"], "Code": row["Code"], "O": "100", "C": "101"} for row in rows],
    "days_of_another_month": lambda rows: [{**row, "Date": f"2024-01-{row['Date'][-2:]}"} for row in rows],
    "no_date": lambda rows: [*rows[:-1], {**rows[-1], "Date": ""}],
    "another_name_first": lambda rows: [{**rows[0], "CoName": "別の会社"}, *rows[1:]],
    "another_name_last": lambda rows: [*rows[:-1], {**rows[-1], "CoName": "別の会社"}],
    "last_rows_cut": lambda rows: rows[:-1],
    "thin_in_the_middle": _thinned,
    "short_of_a_day": _short_of_a_day,
    "header_alone": lambda rows: [],
}


def _inflate(packed: bytes, count: int, day: bytes) -> bytes:
    """The header and so many times the first row, of that day."""
    header, row = gzip.decompress(packed).split(b"\r\n")[:2]
    return gzip.compress(header + b"\r\n" + (day + row[len(day) :] + b"\r\n") * count, 1)


#: Spoils the file as it is packed.
BYTE_SPOILERS: dict[str, Callable[[bytes], bytes]] = {
    "cut_gzip": lambda packed: packed[: len(packed) * 2 // 3],
    "broken_gzip": lambda packed: packed[:-8] + b"\0" * 8,
    "cp932": lambda packed: gzip.compress(gzip.decompress(packed).decode().encode("cp932")),
    "ragged": lambda packed: gzip.compress(gzip.decompress(packed) + b"2025-03-31,13010\r\n"),
    "bomb": lambda packed: gzip.compress(b"\0" * (130 * 1024 * 1024)),
    "bomb_of_rows": lambda packed: _inflate(packed, 300_000, b"2025-03-24"),
    "bomb_of_other_days": lambda packed: _inflate(packed, 2_500_000, b"2024-03-25"),
    "too_large": lambda packed: packed + b"\0" * (33 * 1024 * 1024),
    "unpacked": gzip.decompress,
    "html_in_gzip": lambda packed: gzip.compress(b"<!DOCTYPE html><title>Maintenance</title>"),
    "nothing": lambda packed: b"",
}
ANSWER_SPOILERS: dict[str, Fault] = {
    "expired": lambda handler: send(handler, 403, b"<Error><Code>AccessDenied</Code></Error>", "application/xml"),
    "500": answering(500, {}),
    "html": page,
    "cut": cut,
    "timeout": silence,
    "redirect": redirect,
}


@dataclass
class FakeBulkFiles(FakeService):
    """The second host: files by key, as rows, packed when they are asked for."""

    files: dict[str, list[Row]] = field(default_factory=dict)
    valid_seconds: float = 300.0
    #: What the list of files tells instead of their sizes.
    size_told: Any = None
    #: What `/bulk/get` tells instead of the URL.
    url_told: Any = None
    _signed: dict[str, tuple[str, float]] = field(default_factory=dict)
    _packed: dict[str, bytes] = field(default_factory=dict)

    def known_faults(self) -> set[str]:
        return {*ROW_SPOILERS, *BYTE_SPOILERS, *ANSWER_SPOILERS}

    def handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(_BulkHandler):
            server_state = fake

        return Handler

    def publish_months(self, lists: Mapping[date, Sequence[ListedIssue]]) -> None:
        """A file for each month of those lists, oldest day first."""
        for day in sorted(lists):
            key = f"equities/master/historical/{day:%Y}/equities_master_{day:%Y%m}.csv.gz"
            self.files.setdefault(key, []).extend(make_rows(day, lists[day]))

    def pack_all(self) -> None:
        """Make the files before they are asked for, so that making them is nobody's time."""
        for key, rows in self.files.items():
            self._packed[key] = pack(rows)

    def sign(self, key: str) -> str:
        """A URL for a file, good for one time."""
        with self._lock:
            signature = f"signature-secret-{len(self._signed):04d}"
            self._signed[signature] = (key, time.monotonic() + self.valid_seconds)
        return f"{self.address()}/{key}?X-Amz-Expires=300&X-Amz-Signature={signature}"

    def content(self, key: str, fault: str | None) -> bytes:
        """The file, as a fault leaves it."""
        if fault is None and key in self._packed:
            return self._packed[key]
        packed = pack(ROW_SPOILERS[fault](self.files[key]) if fault in ROW_SPOILERS else self.files[key])
        return BYTE_SPOILERS[fault](packed) if fault in BYTE_SPOILERS else packed

    def take(self, signature: str) -> str | None:
        """The key that a signature opens, which it does only once."""
        key, until = self._signed.pop(signature, ("", 0.0))
        return key if time.monotonic() < until else None


def pack(rows: Sequence[Row]) -> bytes:
    """A gzip CSV with a header."""
    text = io.StringIO()
    header = list(rows[0]) if rows else ["Date", "Code"]
    writer = csv.DictWriter(text, header, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return gzip.compress(text.getvalue().encode(), 1)


class _BulkHandler(QuietHandler):
    server_state: FakeBulkFiles

    def do_GET(self) -> None:  # noqa: N802 the library's name
        fake = self.server_state
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        fake.note(self, parts.path, query)
        key = fake.take(query.get("X-Amz-Signature", ""))
        fault = "expired" if key is None else fake.take_fault(parts.path)
        if fault in ANSWER_SPOILERS:
            ANSWER_SPOILERS[fault](self)
            return
        send(self, 200, fake.content(key or "", fault), "application/gzip")


def send_bulk_list(handler: Any, _fault: str | None) -> None:
    """The files, oldest first."""
    if handler.has_key():
        bulk = handler.server_state.bulk
        sizes = {key: len(bulk.content(key, None)) if bulk.size_told is None else bulk.size_told for key in bulk.files}
        rows = [
            {"Key": key, "LastModified": "2026-11-07T20:48:51.295000+00:00", "Size": size}
            for key, size in sorted(sizes.items())
        ]
        handler.send(200, {"data": rows})


def send_bulk_url(handler: Any, _fault: str | None) -> None:
    """A signed URL."""
    if not handler.has_key():
        return
    bulk, key = handler.server_state.bulk, handler.query.get("key")
    if key not in bulk.files:
        handler.send(400, {"message": "The key is not found."})
        return
    handler.send(200, {"url": bulk.sign(key) if bulk.url_told is None else bulk.url_told})
