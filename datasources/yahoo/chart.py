"""Answers of `/v8/finance/chart/{symbol}?range=5d&interval=1d`, read into quotes. Pure.

Source: answers of the endpoint, as its own web pages use it (there is no documentation), checked 2026-11. What they are:
`chart.result[0].meta` has the latest price; `timestamp` and `indicators.quote[0].close` the days of the range, oldest
first, with `null` for a day without trades and sums adjusted for splits.
"""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from companies.quotes.kept_quotes import FetchedQuote
from datasources.errors import SourceError

_JAPAN = ZoneInfo("Asia/Tokyo")
_PLACES = Decimal("0.0001")
_HIGHEST = Decimal(10) ** 11
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
# A provider's clock may be ahead of ours.
_LATEST_AHEAD = timedelta(hours=1)


def parse_json(content: bytes) -> dict[str, Any] | None:
    """The JSON object with numbers as they are written, `None` for anything else."""
    try:
        answer = json.loads(content, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def is_unknown_symbol(answer: dict[str, Any] | None) -> bool:
    """Whether the answer says that there is no such symbol: `{"chart": {"result": null, "error": {"code": "Not Found"}}}`."""
    chart = answer.get("chart") if answer else None
    error = chart.get("error") if isinstance(chart, dict) else None
    return isinstance(error, dict) and error.get("code") == "Not Found"


def read_quote(answer: dict[str, Any], *, code: str, symbol: str, now: datetime) -> FetchedQuote:
    """The quote in an answer. Raises `SourceError` that names what is missing or cannot be."""
    result = _first(_inside(answer, "chart"), "result", symbol)
    meta = _inside(result, "meta")
    if meta.get("symbol") != symbol:
        raise _broken(symbol, "meta.symbol")
    price = _read_price(meta.get("regularMarketPrice"))
    if price is None:
        raise _broken(symbol, "regularMarketPrice")
    market_time = _read_moment(meta.get("regularMarketTime"))
    if market_time is None or not _EARLIEST <= market_time <= now + _LATEST_AHEAD:
        raise _broken(symbol, "regularMarketTime")
    currency = meta.get("currency")
    if not (isinstance(currency, str) and len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise _broken(symbol, "currency")
    return FetchedQuote(code, price, _previous_close(result, meta, market_time), currency.upper(), market_time)


def _previous_close(result: dict[str, Any], meta: dict[str, Any], market_time: datetime) -> Decimal | None:
    """The last close of a day before the one of the price.

    `chartPreviousClose` is the close before the *range*, five days ago, or of an unknown day: it is the one wanted only where
    the issue was first traded on the day of the price. Where the days are missing for another reason nothing is known.
    """
    today = market_time.astimezone(_JAPAN).date()
    earlier = [(day, close) for day, close in _closes(result) if day < today]
    if not earlier and _first_traded_on(meta) == today:
        return _read_price(meta.get("chartPreviousClose"))
    return next((close for _, close in reversed(earlier) if close is not None), None)


def _first_traded_on(meta: dict[str, Any]) -> date | None:
    moment = _read_moment(meta.get("firstTradeDate"))
    return moment and moment.astimezone(_JAPAN).date()


def _closes(result: dict[str, Any]) -> list[tuple[date, Decimal | None]]:
    timestamps = result.get("timestamp")
    quotes = _inside(result, "indicators").get("quote")
    candles = quotes[0] if isinstance(quotes, list) and quotes and isinstance(quotes[0], dict) else {}
    closes = candles.get("close")
    if not isinstance(timestamps, list) or not isinstance(closes, list):
        return []
    moments = ((_read_moment(stamp), close) for stamp, close in zip(timestamps, closes, strict=False))
    return [(moment.astimezone(_JAPAN).date(), _read_price(close)) for moment, close in moments if moment is not None]


def _inside(value: object, name: str) -> dict[str, Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _first(value: dict[str, Any], name: str, symbol: str) -> dict[str, Any]:
    found = value.get(name)
    if not isinstance(found, list) or not found or not isinstance(found[0], dict):
        raise _broken(symbol, f"chart.{name}")
    return found[0]


def _read_price(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    try:
        price = Decimal(value).quantize(_PLACES)
    except InvalidOperation:
        return None
    return price if 0 < price < _HIGHEST else None


def _read_moment(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10**11:
        return None
    return datetime.fromtimestamp(value, UTC)


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _broken(symbol: str, field: str) -> SourceError:
    return SourceError(
        "INVALID_QUOTE",
        gettext("{symbol} の応答に「{field}」がないか、ありえない値です。").format(symbol=symbol, field=field),
    )
