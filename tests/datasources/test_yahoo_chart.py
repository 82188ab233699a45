"""Reading a chart, without a server."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from companies.quotes.kept_quotes import FetchedQuote
from datasources.errors import SourceError
from datasources.yahoo.chart import is_unknown_symbol, parse_json, read_quote
from datasources.yahoo.symbol import find_symbol
from tests.fakes.yahoo import MARKET_TIME, make_chart, not_found

NOW = MARKET_TIME + timedelta(hours=1)
CLOSES: list[float | None] = [1990.0, 2010.0, 1980.0, 2000.0, 2050.0]


def read(chart: dict[str, Any]) -> FetchedQuote:
    answer = parse_json(json.dumps(chart).encode())
    assert answer is not None
    return read_quote(answer, code="7203", symbol="7203.T", now=NOW)


@pytest.mark.parametrize(("code", "symbol"), [("7203", "7203.T"), ("130A", "130A.T"), ("25935", None), ("72030", None)])
def test_the_symbol_of_a_code(code: str, symbol: str | None) -> None:
    assert find_symbol(code) == symbol


def test_a_chart_is_read_exactly() -> None:
    quote = read(make_chart("7203.T", 2050.5, CLOSES))

    assert quote == FetchedQuote("7203", Decimal("2050.5000"), Decimal("2000.0000"), "JPY", MARKET_TIME)


def test_the_previous_close_is_that_of_the_day_before_and_not_of_the_day_before_the_range() -> None:
    chart = make_chart("7203.T", 2050.0, CLOSES)

    assert chart["chart"]["result"][0]["meta"]["chartPreviousClose"] == 1900.0
    assert read(chart).previous_close == 2000


def test_days_that_are_null_are_passed_over() -> None:
    assert read(make_chart("7203.T", 2050.0, [1990.0, 2010.0, None, None, None])).previous_close == 2010


def test_where_all_earlier_days_are_null_the_previous_close_is_not_known() -> None:
    assert read(make_chart("7203.T", 2050.0, [None, None, 2050.0])).previous_close is None


def first_traded(chart: dict[str, Any], moment: datetime) -> dict[str, Any]:
    chart["chart"]["result"][0]["meta"]["firstTradeDate"] = int(moment.timestamp())
    return chart


def test_on_the_first_day_of_a_listing_it_is_the_close_before_the_range() -> None:
    opening = MARKET_TIME.replace(hour=0, minute=0)

    assert read(first_traded(make_chart("7203.T", 2050.0, [2050.0]), opening)).previous_close == 1900


def test_of_an_issue_traded_before_the_close_before_the_range_is_no_previous_close() -> None:
    yesterday = MARKET_TIME.replace(hour=0, minute=0) - timedelta(days=1)

    assert read(make_chart("7203.T", 2050.0, [2050.0])).previous_close is None
    assert read(first_traded(make_chart("7203.T", 2050.0, [2050.0]), yesterday)).previous_close is None


def test_without_any_days_there_still_is_a_price() -> None:
    chart = make_chart("7203.T", 2050.0, [])
    del chart["chart"]["result"][0]["timestamp"]
    chart["chart"]["result"][0]["indicators"] = {"quote": [{}]}

    assert (read(chart).price, read(chart).previous_close) == (Decimal(2050), None)


def test_prices_are_kept_to_four_places() -> None:
    quote = read(make_chart("7203.T", 1234.699951171875, CLOSES))

    assert quote.price == Decimal("1234.7000")


@pytest.mark.parametrize("price", [0, -1, True, "2050", 1e30, None, [], {}])
def test_a_price_that_is_none_is_refused_by_name(price: Any) -> None:
    chart = make_chart("7203.T", 2050.0, CLOSES)
    chart["chart"]["result"][0]["meta"]["regularMarketPrice"] = price

    with pytest.raises(SourceError) as caught:
        read(chart)
    assert caught.value.code == "INVALID_QUOTE"
    assert "「regularMarketPrice」" in caught.value.message


@pytest.mark.parametrize(
    "moment", [0, -5, 1.5, 10**15, "1763620200", int(datetime(2031, 1, 1, tzinfo=UTC).timestamp())]
)
def test_a_time_that_cannot_be_is_refused_by_name(moment: Any) -> None:
    chart = make_chart("7203.T", 2050.0, CLOSES)
    chart["chart"]["result"][0]["meta"]["regularMarketTime"] = moment

    with pytest.raises(SourceError) as caught:
        read(chart)
    assert "「regularMarketTime」" in caught.value.message


@pytest.mark.parametrize(
    "answer", [{}, {"chart": None}, {"chart": []}, {"chart": {"result": None}}, {"chart": {"result": [None]}}]
)
def test_answers_of_another_shape_are_refused(answer: dict[str, Any]) -> None:
    with pytest.raises(SourceError) as caught:
        read(answer)
    assert caught.value.code == "INVALID_QUOTE"


def test_an_unknown_symbol_is_told_apart_from_other_errors() -> None:
    assert is_unknown_symbol(not_found("0001.T"))
    assert not is_unknown_symbol(None)
    assert not is_unknown_symbol({"chart": {"error": {"code": "Unauthorized"}}})
    assert not is_unknown_symbol({"chart": "Not Found"})


@pytest.mark.parametrize("content", [b"", b"<html>", b"[1]", b"{", b'{"a": NaN}', b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_nothing(content: bytes) -> None:
    assert parse_json(content) is None
