"""A Yahoo Finance over real HTTP: the chart endpoint with answers of the real shape, and on demand every fault."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.fakes.server import FakeService, Fault, QuietHandler, answering, cut, page, redirect, send, silence

Answer = dict[str, Any]
_PATH = "/v8/finance/chart/"


def last_close(now: datetime) -> datetime:
    """When the afternoon session in Japan closed last, holidays aside."""
    closing = now.replace(hour=6, minute=30, second=0, microsecond=0)
    while closing > now or closing.weekday() >= 5:
        closing -= timedelta(days=1)
    return closing


MARKET_TIME = last_close(datetime.now(UTC))


def not_found(symbol: str) -> Answer:
    """What is answered, with a 404, for a symbol that is none."""
    return {
        "chart": {"result": None, "error": {"code": "Not Found", "description": f"No data found, symbol {symbol} may be delisted"}}
    }  # fmt: skip


def make_chart(symbol: str, price: float, closes: list[float | None], market_time: datetime = MARKET_TIME) -> Answer:
    """A chart of days up to the one of `market_time`; the last of `closes` is of that day."""
    opening = market_time.replace(hour=0, minute=0)
    stamps = [int((opening - timedelta(days=back)).timestamp()) for back in range(len(closes) - 1, -1, -1)]
    meta = {
        "currency": "JPY", "symbol": symbol, "exchangeName": "JPX", "fullExchangeName": "Tokyo", "instrumentType": "EQUITY",
        "firstTradeDate": 925948800, "regularMarketTime": int(market_time.timestamp()), "hasPrePostMarketData": False,
        "gmtoffset": 32400, "timezone": "JST", "exchangeTimezoneName": "Asia/Tokyo", "regularMarketPrice": price,
        "regularMarketDayHigh": price + 10, "regularMarketDayLow": price - 10, "regularMarketVolume": 21_000_000,
        "longName": "Company", "shortName": "COMPANY", "chartPreviousClose": 1900.0, "priceHint": 2,
        "dataGranularity": "1d", "range": "5d", "validRanges": ["1d", "5d", "1mo", "max"],
    }  # fmt: skip
    candle = dict.fromkeys(("open", "high", "low", "close"), closes) | {"volume": [1] * len(closes)}
    result = {
        "meta": meta, "timestamp": stamps, "indicators": {"quote": [candle], "adjclose": [{"adjclose": closes}]}
    }  # fmt: skip
    return {"chart": {"result": [result], "error": None}}


def _without(name: str) -> Callable[[Answer], Answer]:
    def spoil(answer: Answer) -> Answer:
        del answer["chart"]["result"][0]["meta"][name]
        return answer

    return spoil


def _with(**values: Any) -> Callable[[Answer], Answer]:
    def spoil(answer: Answer) -> Answer:
        answer["chart"]["result"][0]["meta"] |= values
        return answer

    return spoil


def _nulls(answer: Answer) -> Answer:
    """Days without trades, and days that a split has not reached yet, are null."""
    candle = answer["chart"]["result"][0]["indicators"]["quote"][0]
    candle["close"] = [*candle["close"][:2], *[None] * (len(candle["close"]) - 2)]
    return answer


#: Faults of what is in an answer.
CONTENT_FAULTS: dict[str, Callable[[Answer], Answer]] = {
    "no_price": _without("regularMarketPrice"),
    "no_time": _without("regularMarketTime"),
    "no_currency": _without("currency"),
    "null_price": _with(regularMarketPrice=None),
    "text_price": _with(regularMarketPrice="2543.5"),
    "negative_price": _with(regularMarketPrice=-1),
    "other_symbol": _with(symbol="9999.T"),
    "far_future": _with(regularMarketTime=9_999_999_999),
    "nulls": _nulls,
    "no_result": lambda _answer: {"chart": {"result": [], "error": None}},
    "no_chart": lambda _answer: {"finance": {}},
}
#: Faults that take the place of the whole answer.
ANSWER_FAULTS: dict[str, Fault] = {
    "500": answering(500, {"message": "Internal Server Error"}),
    "503": answering(503, {}),
    "429": lambda handler: send(handler, 429, b"Too Many Requests\r\n", "text/html"),
    "401": answering(401, {"finance": {"error": {"code": "Unauthorized", "description": "Invalid Crumb"}}}),
    "404_page": lambda handler: send(handler, 404, b"<html>not here</html>", "text/html"),
    "html": page,
    "redirect": redirect,
    "invalid_json": lambda handler: send(handler, 200, b'{"chart": {"result": [{'),
    "not_a_number": lambda handler: send(handler, 200, b'{"chart": {"result": [{"meta": {"regularMarketPrice": NaN}}]}}'),
    "huge": lambda handler: send(handler, 200, b" " * 3_000_000),
    "cut": cut,
    "timeout": silence,
}  # fmt: skip


@dataclass
class FakeYahoo(FakeService):
    """The server and what it knows: a price for each symbol of ordinary shares but those in `unknown`."""

    prices: dict[str, float] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    closes: list[float | None] = field(default_factory=lambda: [1990.0, 2010.0, 1980.0, 2000.0, 2050.0])
    market_time: datetime = MARKET_TIME

    def known_faults(self) -> set[str]:
        """Of whole answers and of what is in them."""
        return {*ANSWER_FAULTS, *CONTENT_FAULTS}

    def handler(self) -> type[BaseHTTPRequestHandler]:
        class Handler(_Handler):
            server_state = self

        return Handler

    def symbols(self) -> list[str]:
        """What was asked for, in its order."""
        return [unquote(seen.path.removeprefix(_PATH)) for seen in self.requests]


class _Handler(QuietHandler):
    server_state: FakeYahoo

    def do_GET(self) -> None:  # noqa: N802 the library's name
        fake = self.server_state
        parts = urlsplit(self.path)
        fake.note(self, parts.path, dict(parse_qsl(parts.query)))
        fault = fake.take_fault(parts.path) or ""
        if fault in ANSWER_FAULTS:
            ANSWER_FAULTS[fault](self)
            return
        symbol = unquote(parts.path.removeprefix(_PATH))
        if not parts.path.startswith(_PATH) or not symbol.endswith(".T") or symbol in fake.unknown:
            send(self, 404, json.dumps(not_found(symbol)).encode())
            return
        if "Mozilla" not in (self.headers.get("User-Agent") or ""):
            ANSWER_FAULTS["429"](self)  # so the real one greets programs
            return
        answer = make_chart(symbol, fake.prices.get(symbol, 2050.0), fake.closes, fake.market_time)
        if fault:
            answer = CONTENT_FAULTS[fault](answer)
        send(self, 200, json.dumps(answer).encode())
