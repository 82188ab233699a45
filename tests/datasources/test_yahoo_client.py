"""The client of quotes against a real server, and every fault of it with the number of requests that it costs."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from pytest_django import Settings

from companies.quotes.kept_quotes import FetchedQuote
from datasources.connection_check import check_connection, health_of
from datasources.errors import QuoteNotCovered, SourceError, SourceNotAsked
from datasources.models import DataSource
from datasources.pauses import end_pause, find_pause_reason, pause_source, seconds_paused
from datasources.yahoo.client import open_yahoo_client
from tests.fakes.yahoo import MARKET_TIME, FakeYahoo

pytestmark = pytest.mark.django_db


def fetch(source: DataSource, code: str = "7203", *, is_on_demand: bool = False) -> FetchedQuote:
    with open_yahoo_client(source, is_on_demand=is_on_demand) as client:
        return client.fetch_quote(code)


def error_of(source: DataSource, code: str = "7203", *, is_on_demand: bool = False) -> SourceError:
    with pytest.raises(SourceError) as caught:
        fetch(source, code, is_on_demand=is_on_demand)
    return caught.value


def test_a_quote_is_fetched_as_a_browser_would(quote_source: DataSource, yahoo: FakeYahoo) -> None:
    quote = fetch(quote_source)

    assert quote == FetchedQuote("7203", Decimal(2050), Decimal(2000), "JPY", MARKET_TIME)
    (seen,) = yahoo.requests
    assert (seen.path, seen.query) == ("/v8/finance/chart/7203.T", {"range": "5d", "interval": "1d"})
    assert seen.headers["User-Agent"].startswith("Mozilla/5.0")


def test_codes_with_letters_are_asked_for_as_they_are(quote_source: DataSource, yahoo: FakeYahoo) -> None:
    fetch(quote_source, "130A")

    assert yahoo.symbols() == ["130A.T"]


def test_further_classes_of_share_are_not_covered_and_nothing_is_asked(
    quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    assert isinstance(error_of(quote_source, "25935"), QuoteNotCovered)
    assert yahoo.requests == []


def test_an_unknown_symbol_is_not_covered_and_asked_for_once(quote_source: DataSource, yahoo: FakeYahoo) -> None:
    yahoo.unknown = {"7203.T"}

    error = error_of(quote_source)

    assert isinstance(error, QuoteNotCovered)
    assert "コード 7203" in error.message
    assert len(yahoo.requests) == 1
    assert find_pause_reason(quote_source) is None


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        ("500", "SERVER_ERROR", "HTTP 500"),
        ("503", "SERVER_ERROR", "HTTP 503"),
        ("429", "RATE_LIMITED", "回数が多すぎる"),
        ("cut", "UNREACHABLE", "切断"),
        pytest.param("timeout", "TIMEOUT", "時間内", marks=pytest.mark.silence),
    ],
)
def test_faults_that_may_pass_are_outlasted_and_explained_when_they_stay(
    fault: str, code: str, words: str, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    yahoo.fail(fault, times=2)
    assert fetch(quote_source).price == 2050
    assert len(yahoo.requests) == 3

    yahoo.fail(fault, times=30)
    error = error_of(quote_source)

    assert (error.code, error.is_retryable) == (code, True)
    assert words in error.message
    assert len(yahoo.requests) == 6


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        ("html", "CONSENT_PAGE", "HTML"),
        ("redirect", "CONSENT_PAGE", "HTTP 302"),
        ("invalid_json", "UNEXPECTED_RESPONSE", "JSON でない"),
        ("not_a_number", "UNEXPECTED_RESPONSE", "JSON でない"),
        ("401", "FORBIDDEN", "HTTP 401"),
        ("404_page", "UNEXPECTED_RESPONSE", "ベース URL"),
        ("huge", "RESPONSE_TOO_LARGE", "大きすぎます"),
        ("no_price", "INVALID_QUOTE", "7203.T の応答に「regularMarketPrice」"),
        ("null_price", "INVALID_QUOTE", "「regularMarketPrice」"),
        ("text_price", "INVALID_QUOTE", "「regularMarketPrice」"),
        ("negative_price", "INVALID_QUOTE", "「regularMarketPrice」"),
        ("no_time", "INVALID_QUOTE", "「regularMarketTime」"),
        ("far_future", "INVALID_QUOTE", "「regularMarketTime」"),
        ("no_currency", "INVALID_QUOTE", "「currency」"),
        ("other_symbol", "INVALID_QUOTE", "「meta.symbol」"),
        ("no_result", "INVALID_QUOTE", "「chart.result」"),
        ("no_chart", "INVALID_QUOTE", "「chart.result」"),
    ],
)
def test_faults_that_will_not_pass_cost_one_request(
    fault: str, code: str, words: str, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    yahoo.fail(fault, times=30)

    error = error_of(quote_source)

    assert (error.code, error.is_retryable) == (code, False)
    assert words in error.message
    assert len(yahoo.requests) == 1


def test_days_that_are_null_leave_the_price_whole(quote_source: DataSource, yahoo: FakeYahoo) -> None:
    yahoo.fail("nulls")

    quote = fetch(quote_source)

    assert (quote.price, quote.previous_close) == (Decimal(2050), Decimal(2010))


def test_after_a_429_a_run_sends_nothing_for_the_whole_pause(
    quote_source: DataSource, yahoo: FakeYahoo, settings: Settings
) -> None:
    yahoo.fail("429")
    fetch(quote_source)
    first, second = (seen.at for seen in yahoo.requests)

    assert second - first >= settings.YAHOO_REQUESTS.wait_after_limit_seconds


def test_after_a_429_twenty_callers_at_once_send_nothing_at_all(quote_source: DataSource, yahoo: FakeYahoo) -> None:
    yahoo.fail("429", times=1000)
    assert error_of(quote_source, is_on_demand=True).code == "RATE_LIMITED"

    with ThreadPoolExecutor(20) as pool:
        errors = list(pool.map(lambda _: error_of(quote_source, is_on_demand=True), range(20)))

    assert {error.code for error in errors} == {"SOURCE_PAUSED"}
    assert all(isinstance(error, SourceNotAsked) and "RATE_LIMITED" in error.message for error in errors)
    assert len(yahoo.requests) == 1
    assert 60 < seconds_paused(quote_source) <= 90


@pytest.mark.parametrize("fault", ["500", pytest.param("timeout", marks=pytest.mark.silence), "cut", "html", "401"])
def test_on_demand_a_fault_costs_one_request_and_is_left_alone_for_half_a_minute(
    fault: str, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    yahoo.fail(fault, times=1000)
    first = error_of(quote_source, is_on_demand=True)
    second = error_of(quote_source, "7201", is_on_demand=True)

    assert len(yahoo.requests) == 1
    assert second.code == "SOURCE_PAUSED"
    assert first.code in second.message
    assert 20 < seconds_paused(quote_source) <= 30


def test_a_shorter_pause_does_not_end_a_longer_one(quote_source: DataSource) -> None:
    pause_source(quote_source, 90, SourceError("RATE_LIMITED", ""))
    pause_source(quote_source, 30, SourceError("TIMEOUT", ""))

    assert 60 < seconds_paused(quote_source) <= 90
    assert find_pause_reason(quote_source) == "RATE_LIMITED"


def test_a_pause_can_be_ended(quote_source: DataSource, yahoo: FakeYahoo) -> None:
    yahoo.fail("500")
    error_of(quote_source, is_on_demand=True)
    end_pause(quote_source)

    assert fetch(quote_source, is_on_demand=True).price == 2050


def test_the_connection_test_needs_no_credentials(quote_source: DataSource, yahoo: FakeYahoo) -> None:
    result = check_connection(quote_source)
    quote_source.refresh_from_db()

    assert (result.is_ok, result.message) == (True, "接続できました。")
    assert health_of(quote_source) == "ok"
    assert yahoo.symbols() == ["8697.T"]


def test_the_connection_test_says_what_is_wrong(quote_source: DataSource, yahoo: FakeYahoo) -> None:
    yahoo.fail("html")
    result = check_connection(quote_source)
    quote_source.refresh_from_db()

    assert not result.is_ok
    assert "同意画面" in result.message
    assert health_of(quote_source) == "failing"


def test_a_private_address_is_refused_where_it_is_not_allowed(quote_source: DataSource, settings: Settings) -> None:
    settings.ALLOW_PRIVATE_SOURCES = False

    assert error_of(quote_source).code == "BASE_URL_REFUSED"
