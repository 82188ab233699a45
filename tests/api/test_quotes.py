"""GET /api/v1/companies/{code}/quote."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from pytest_django import Settings

from api.keys import create_api_key
from companies.ledger.snapshots import apply_snapshot
from companies.models import Quote, QuoteGap
from companies.quotes.kept_quotes import record_gaps
from datasources.models import DataSource
from tests.api.front import ask
from tests.conftest import MARCH
from tests.factories import make_issue, store_quote
from tests.fakes.yahoo import MARKET_TIME, FakeYahoo

pytestmark = pytest.mark.usefixtures("two_lists")

TOYOTA = "/api/v1/companies/7203/quote"


def error_of(response: Any) -> tuple[int, str, dict[str, Any]]:
    error = response.json()["error"]
    return response.status_code, error["code"], error["details"]


def test_a_quote_is_fetched_kept_and_served(
    client_with_key: Client, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    answer = client_with_key.get(TOYOTA)
    row = answer.json()

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    fetched_at = datetime.fromisoformat(row.pop("fetched_at"))
    assert fetched_at == Quote.objects.get().fetched_at
    assert row == {
        "code": "7203", "price": 2050.0, "previous_close": 2000.0, "change": 50.0, "change_percent": 2.5,
        "currency": "JPY", "market_time": f"{MARKET_TIME:%Y-%m-%d}T15:30:00+09:00", "source": "yahoo", "is_stale": False,
        "stale_reason": None, "limit_check": "within",
    }  # fmt: skip
    assert yahoo.symbols() == ["7203.T"]


def test_a_fresh_quote_is_served_without_asking(
    client_with_key: Client, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    first = client_with_key.get(TOYOTA).json()
    second = client_with_key.get("/api/v1/companies/72030/quote").json()

    assert second == first
    assert len(yahoo.requests) == 1


def test_an_older_quote_is_refreshed(client_with_key: Client, quote_source: DataSource, yahoo: FakeYahoo) -> None:
    store_quote(days_old=4)

    row = client_with_key.get(TOYOTA).json()

    assert (row["price"], row["is_stale"]) == (2050.0, False)
    assert len(yahoo.requests) == 1


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("429", "RATE_LIMITED"), ("500", "SERVER_ERROR"), ("503", "SERVER_ERROR"), ("html", "CONSENT_PAGE"),
        ("redirect", "CONSENT_PAGE"), pytest.param("timeout", "TIMEOUT", marks=pytest.mark.silence), ("cut", "UNREACHABLE"),
        ("no_price", "INVALID_QUOTE"),
        ("null_price", "INVALID_QUOTE"), ("no_result", "INVALID_QUOTE"), ("invalid_json", "UNEXPECTED_RESPONSE"),
    ],
)  # fmt: skip
def test_when_yahoo_is_down_the_stale_quote_is_served_and_says_so_and_ten_calls_cost_one_request(
    fault: str, reason: str, client_with_key: Client, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    store_quote(days_old=4)
    yahoo.fail(fault, times=1000)

    rows = [client_with_key.get(TOYOTA).json() for _ in range(10)]

    assert [(row["price"], row["is_stale"]) for row in rows] == [(2050.5, True)] * 10
    assert [row["stale_reason"] for row in rows] == [reason] * 10
    assert len(yahoo.requests) == 1


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("429", "RATE_LIMITED"),
        pytest.param("timeout", "TIMEOUT", marks=pytest.mark.silence),
        ("no_price", "INVALID_QUOTE"),
    ],
)
def test_without_a_stored_quote_the_failure_is_told_with_its_reason(
    fault: str, reason: str, client_with_key: Client, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    yahoo.fail(fault, times=1000)

    for _ in range(2):
        answer = client_with_key.get(TOYOTA)
        assert error_of(answer) == (503, "QUOTE_UNAVAILABLE", {"code": "7203", "reason": reason})
    assert len(yahoo.requests) == 1
    quote_source.refresh_from_db()
    assert quote_source.last_check_code == reason


def test_after_a_failure_the_next_quote_that_comes_makes_the_source_well(
    client_with_key: Client, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    DataSource.objects.filter(pk=quote_source.pk).update(last_check_code="TIMEOUT")
    client_with_key.get(TOYOTA)

    quote_source.refresh_from_db()
    assert quote_source.last_check_code == "OK"


def test_an_issue_that_yahoo_does_not_have_is_not_covered_and_not_asked_for_again(
    client_with_key: Client, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    yahoo.unknown = {"7203.T"}

    answers = [client_with_key.get(TOYOTA) for _ in range(3)]

    assert [error_of(answer) for answer in answers] == [(404, "QUOTE_NOT_COVERED", {"code": "7203"})] * 3
    assert len(yahoo.requests) == 1
    quote_source.refresh_from_db()
    assert quote_source.last_check_code == ""


def test_further_classes_of_share_are_not_covered(
    client_with_key: Client, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    apply_snapshot(MARCH + timedelta(days=1), [make_issue("25935"), make_issue("7203")], "jpx", force=True)

    answer = client_with_key.get("/api/v1/companies/25935/quote", headers={"Accept-Language": "en"})

    assert error_of(answer)[:2] == (404, "QUOTE_NOT_COVERED")
    assert answer.json()["error"]["message"] == "Yahoo Finance has no quote for code 25935."
    assert yahoo.requests == []


def test_the_last_quote_of_an_issue_that_yahoo_lost_is_stale(
    client_with_key: Client, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    store_quote(days_old=4)
    yahoo.unknown = {"7203.T"}

    row = client_with_key.get(TOYOTA).json()

    assert (row["is_stale"], row["stale_reason"]) == (True, "QUOTE_NOT_COVERED")


def test_quotes_are_off_until_somebody_wants_them(client_with_key: Client) -> None:
    answer = client_with_key.get(TOYOTA)

    assert error_of(answer) == (409, "QUOTES_DISABLED", {})
    assert "Yahoo Finance を有効にしてください" in answer.json()["error"]["message"]


def test_switched_off_the_stored_quote_is_served_and_says_so(
    client_with_key: Client, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    store_quote(days_old=4)
    DataSource.objects.update(is_enabled=False)

    row = client_with_key.get(TOYOTA).json()

    assert (row["price"], row["is_stale"], row["stale_reason"]) == (2050.5, True, "QUOTES_DISABLED")
    assert yahoo.requests == []


@pytest.mark.parametrize(("days_old", "reason"), [(6, None), (10, "PRICE_TOO_OLD"), (2000, "PRICE_TOO_OLD")])
def test_a_price_of_long_ago_is_stale_however_lately_it_was_fetched(
    days_old: int, reason: str | None, client_with_key: Client, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    yahoo.market_time = datetime.now(UTC) - timedelta(days=days_old)

    rows = [client_with_key.get(TOYOTA).json() for _ in range(2)]

    assert [(row["price"], row["is_stale"], row["stale_reason"]) for row in rows] == [
        (2050.0, reason is not None, reason)
    ] * 2
    listed = client_with_key.get("/api/v1/companies?include=quote&code=7203").json()["companies"][0]["quote"]
    assert (listed["is_stale"], listed["stale_reason"]) == (reason is not None, reason)


@pytest.mark.parametrize(
    ("price", "check"),
    [(2500.0, "within"), (2501.0, "beyond_daily"), (4000.0, "beyond_daily"), (4001.0, "beyond_widened"), (500.0, "beyond_daily")],
)  # fmt: skip
def test_a_jump_past_the_limits_of_a_day_is_marked_and_told(
    price: float, check: str, client_with_key: Client, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    yahoo.prices["7203.T"] = price

    row = client_with_key.get(TOYOTA).json()

    assert (row["price"], row["previous_close"], row["limit_check"]) == (price, 2000.0, check)


def test_a_code_that_no_company_has_is_not_found(client_with_key: Client) -> None:
    assert error_of(client_with_key.get("/api/v1/companies/0000/quote"))[:2] == (404, "COMPANY_NOT_FOUND")


def test_unknown_parameters_are_refused(client_with_key: Client) -> None:
    assert error_of(client_with_key.get(f"{TOYOTA}?as_of=2024-03-01"))[0] == 400


def test_a_key_is_needed(client: Client, db: None) -> None:
    assert client.get(TOYOTA).status_code == 401


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_ten_callers_at_once_one_asks_yahoo_and_all_get_the_quote(
    quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    yahoo.delay_seconds = 0.3
    key = create_api_key(name="crowd", scopes=["read"])[1]

    def call(_number: int) -> float:
        try:
            return float(ask(TOYOTA, key=key).json()["price"])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        prices = list(pool.map(call, range(10)))

    assert prices == [2050.0] * 10
    assert len(yahoo.requests) == 1


def test_a_gap_of_long_ago_is_asked_for_again(
    client_with_key: Client, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    record_gaps(["7203"], noticed_at=datetime(2026, 1, 5, tzinfo=UTC))

    assert client_with_key.get(TOYOTA).status_code == 200
    assert QuoteGap.objects.count() == 0


def test_beyond_the_limit_a_minute_nobody_waits_and_the_source_is_not_called_ill(
    client_with_key: Client, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    DataSource.objects.filter(pk=quote_source.pk).update(requests_per_minute=1)
    client_with_key.get(TOYOTA)

    answer = client_with_key.get("/api/v1/companies/7201/quote")

    assert error_of(answer) == (503, "QUOTE_UNAVAILABLE", {"code": "7201", "reason": "LOCAL_LIMIT_REACHED"})
    assert len(yahoo.requests) == 1
    quote_source.refresh_from_db()
    assert quote_source.last_check_code == "OK"


def test_while_redis_is_away_quotes_still_come_where_there_is_no_limit(
    client_with_key: Client, quote_source: DataSource, yahoo: FakeYahoo, settings: Settings
) -> None:
    settings.CACHES = {
        alias: {**cache, "LOCATION": "redis://127.0.0.1:1/0"} for alias, cache in settings.CACHES.items()
    }
    assert client_with_key.get(TOYOTA).status_code == 200

    DataSource.objects.filter(pk=quote_source.pk).update(requests_per_minute=1)
    answer = client_with_key.get("/api/v1/companies/7201/quote")
    assert error_of(answer)[2]["reason"] == "RATE_LIMIT_STORE_UNAVAILABLE"
    assert len(yahoo.requests) == 1
