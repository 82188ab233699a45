"""What can be wrong with J-Quants: each fault spoils one answer the way the real world does."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.fakes.server import Fault, answering, cut, page, redirect, send, silence

Answer = dict[str, Any]
#: Spoils the rows of an answer that is otherwise sent as usual.
RowFault = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


def _with_first(rows: list[dict[str, Any]], **values: Any) -> list[dict[str, Any]]:
    return [{**rows[0], **values}, *rows[1:]]


def _garble(name: str) -> str:
    """UTF-8 read as CP932."""
    return name.encode().decode("cp932", errors="replace")


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
    "nul_in_name": lambda rows: _with_first(rows, CoName="極\0洋", CompanyName="極\0洋"),
    "surrogate_in_code": lambda rows: _with_first(rows, Code="13\ud8000"),
    "line_break_in_english": lambda rows: _with_first(rows, CoNameEn="A\nB", CompanyNameEnglish="A\nB"),
    "market_too_long": lambda rows: _with_first(rows, Mkt="0111-0112", MarketCode="0111-0112"),
    "code_never_given": lambda rows: _with_first(rows, Code="13O10"),
    "code_zero_padded": lambda rows: _with_first(rows, Code="07203"),
    "lost_letters": lambda rows: _with_first(rows, CoName="見本\ufffd水産", CompanyName="見本\ufffd水産"),
    "garbled": lambda rows: [
        {**row, **{n: _garble(row[n]) for n in ("CoName", "CompanyName") if n in row}} for row in rows
    ],
    "one_market": lambda rows: [{**row, "Mkt": "0113", "MarketCode": "0113"} for row in rows],
    "short_page": lambda rows: rows[: len(rows) * 955 // 1000],
    "old_day": lambda rows: [{**row, "Date": "2008-05-07"} for row in rows],
    "nulls": lambda rows: [
        {name: value if name in ("Date", "Code", "CoName", "CompanyName") else None for name, value in row.items()}
        for row in rows
    ],
}


def _status(status: int, message: str) -> Fault:
    return answering(status, {"message": message})


def _echo_secrets(handler: BaseHTTPRequestHandler) -> None:
    """A careless service repeats what it was sent."""
    told = handler.headers.get("x-api-key") or handler.headers.get("Authorization")
    _status(403, f"key {told} of {handler.path} is wrong")(handler)


#: Faults that take the place of the whole answer.
ANSWER_FAULTS: dict[str, Fault] = {
    "500": _status(500, "Internal Server Error"),
    "503": _status(503, ""),
    "429": _status(429, "Rate limit exceeded"),
    "400": _status(400, "This API requires at least 1 parameter as follows; date, code"),
    "plan": _status(400, "Your subscription covers the following dates: 2024-08-01 ~ 2026-08-01."),
    "not_in_plan": _status(403, "This API is not available on your subscription."),
    "401": _status(401, "The incoming token is invalid or expired."),
    "html": page,
    "invalid_json": lambda handler: send(handler, 200, b'{"data": [{"Date": }'),
    "not_an_object": lambda handler: send(handler, 200, b"[1, 2]"),
    "no_rows": lambda handler: send(handler, 200, b'{"message": "ok"}'),
    "cut": cut,
    "timeout": silence,
    "redirect": redirect,
    "echo_secrets": _echo_secrets,
}
