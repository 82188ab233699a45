"""What can be wrong with J-Quants: each fault spoils one answer the way the real world does."""

import json
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

Answer = dict[str, Any]
#: Spoils the rows of an answer that is otherwise sent as usual.
RowFault = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


def _with_first(rows: list[dict[str, Any]], **values: Any) -> list[dict[str, Any]]:
    return [{**rows[0], **values}, *rows[1:]]


ROW_FAULTS: dict[str, RowFault] = {
    "truncated": lambda rows: rows[: len(rows) // 2],
    "empty": lambda rows: [],
    "duplicates": lambda rows: [*rows, rows[0]],
    "no_code": lambda rows: _with_first(rows, Code=""),
    "no_name": lambda rows: _with_first(rows, CoName=None, CompanyName=None),
    "wrong_code": lambda rows: _with_first(rows, Code="7203"),
    "wrong_type": lambda rows: _with_first(rows, CoName=7203, CompanyName=7203),
    "wrong_date": lambda rows: _with_first(rows, Date="2024-02-30"),
    "mixed_dates": lambda rows: _with_first(rows, Date="2020-01-06"),
    "unknown_market": lambda rows: _with_first(
        rows, Mkt="0199", MktNm="ネクスト", MarketCode="0199", MarketCodeName="ネクスト"
    ),
    "nulls": lambda rows: [
        {name: value if name in ("Date", "Code", "CoName", "CompanyName") else None for name, value in row.items()}
        for row in rows
    ],
}


def _send(handler: BaseHTTPRequestHandler, status: int, body: bytes, kind: str = "application/json") -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _status(status: int, message: str) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda handler: _send(handler, status, json.dumps({"message": message}).encode())


def _cut(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    handler.wfile.write(b'{"data": [{"Date": "2024-')
    handler.close_connection = True


def _echo_secrets(handler: BaseHTTPRequestHandler) -> None:
    """A careless service repeats what it was sent."""
    _status(403, f"key {handler.headers.get('x-api-key')} of {handler.path} is wrong")(handler)


def _redirect(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:1/elsewhere")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def _silence(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(2.5)
    handler.close_connection = True


#: Faults that take the place of the whole answer.
ANSWER_FAULTS: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {
    "500": _status(500, "Internal Server Error"),
    "503": _status(503, ""),
    "429": _status(429, "Rate limit exceeded"),
    "400": _status(400, "This API requires at least 1 parameter as follows; date, code"),
    "plan": _status(400, "Your subscription covers the following dates: 2024-08-01 ~ 2026-08-01."),
    "401": _status(401, "The incoming token is invalid or expired."),
    "html": lambda handler: _send(handler, 200, b"<!DOCTYPE html><title>Maintenance</title>", "text/html"),
    "invalid_json": lambda handler: _send(handler, 200, b'{"data": [{"Date": }'),
    "not_an_object": lambda handler: _send(handler, 200, b"[1, 2]"),
    "no_rows": lambda handler: _send(handler, 200, b'{"message": "ok"}'),
    "cut": _cut,
    "timeout": _silence,
    "redirect": _redirect,
    "echo_secrets": _echo_secrets,
}
