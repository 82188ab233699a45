"""The client against a real server, in both versions, and every fault of it."""

import gzip
import time
from datetime import date
from typing import Any

import pytest
from pytest_django import Settings

from companies.listed_issue import ListedIssue
from datasources.credentials import Credentials, store_credentials
from datasources.errors import SourceError
from datasources.jquants import transport
from datasources.jquants.client import open_client
from datasources.models import DataSource
from datasources.providers import FetchedList
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_source
from tests.fakes.jquants import API_KEY, FakeJquants

pytestmark = pytest.mark.django_db


def fetch(source: DataSource, day: date | None = None) -> FetchedList:
    with open_client(source) as client:
        return client.fetch_listing(day)


def error_of(source: DataSource) -> SourceError:
    with pytest.raises(SourceError) as caught:
        fetch(source)
    return caught.value


def test_the_latest_list_is_fetched_and_read(source: DataSource, jquants: FakeJquants) -> None:
    listing = fetch(source)

    assert listing.date_in_force == MARCH
    assert len(listing.issues) == 40
    assert listing.issues[1] == ListedIssue(
        "1302", "会社1302", "Company 1", "0111", "6", "3700", "TOPIX Core30", None, None, None, None, None
    )
    assert jquants.requests[0].path == "/v2/equities/master"
    assert jquants.requests[0].headers["x-api-key"] == API_KEY


def test_both_versions_say_the_same_but_the_kind_of_security(source: DataSource, jquants: FakeJquants) -> None:
    assert fetch(make_source(jquants, "v1")) == fetch(source)


def test_the_rows_say_the_day_and_not_the_request(source: DataSource) -> None:
    assert fetch(source, date(2024, 3, 2)).date_in_force == MARCH


@pytest.mark.parametrize("version", ["v2", "v1"])
def test_pages_are_followed_to_the_last(version: str, jquants: FakeJquants, db: None) -> None:
    whole = fetch(make_source(jquants, version, name="whole"))
    jquants.page_rows = 7
    jquants._packed.clear()

    assert fetch(make_source(jquants, version, name="pages")) == whole
    assert len([seen for seen in jquants.requests if "pagination_key" in seen.query]) == 5


def test_every_page_is_of_the_day_that_was_asked_for(source: DataSource, jquants: FakeJquants) -> None:
    jquants.page_rows = 7

    listing = fetch(source, FEBRUARY)

    assert (listing.date_in_force, len(listing.issues)) == (FEBRUARY, 40)
    assert [seen.query["date"] for seen in jquants.requests] == ["2024-02-29"] * 6


def test_days_of_the_calendar_that_were_not_asked_for_are_left_out(source: DataSource, jquants: FakeJquants) -> None:
    jquants.calendar_days_more = 40
    with open_client(source) as client:
        assert client.fetch_business_days(date(2024, 3, 1), date(2024, 3, 28)) == []
        assert list(client.fetch_calendar(FEBRUARY, date(2024, 3, 1))) == [FEBRUARY, date(2024, 3, 1)]


@pytest.mark.parametrize("version", ["v2", "v1"])
def test_business_days_come_from_the_calendar(version: str, jquants: FakeJquants, db: None) -> None:
    with open_client(make_source(jquants, version)) as client:
        assert client.fetch_business_days(date(2024, 2, 20), date(2024, 3, 29)) == [FEBRUARY, MARCH]
        assert client.fetch_business_days(date(2024, 3, 1), date(2024, 3, 28)) == []


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        ("500", "SERVER_ERROR", "HTTP 500"),
        ("503", "SERVER_ERROR", "HTTP 503"),
        ("429", "RATE_LIMITED", "上限"),
        ("cut", "UNREACHABLE", "切断"),
        pytest.param("timeout", "TIMEOUT", "時間内", marks=pytest.mark.silence),
        ("html", "UNEXPECTED_RESPONSE", "HTML"),
        ("invalid_json", "UNEXPECTED_RESPONSE", "JSON でない"),
        ("not_an_object", "UNEXPECTED_RESPONSE", "JSON でない"),
    ],
)
def test_faults_that_may_pass_are_outlasted_and_explained_when_they_stay(
    fault: str, code: str, words: str, source: DataSource, jquants: FakeJquants
) -> None:
    jquants.fail(fault, times=3)
    assert len(fetch(source).issues) == 40
    assert len(jquants.requests) == 4

    jquants.fail(fault, times=4)
    error = error_of(source)

    assert (error.code, error.is_retryable) == (code, True)
    assert words in error.message


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        ("400", "BAD_REQUEST", "requires at least 1 parameter"),
        ("plan", "PLAN_LIMIT", "契約プランの対象外"),
        ("401", "INVALID_CREDENTIALS", "認証情報"),
        ("redirect", "UNEXPECTED_RESPONSE", "ベース URL"),
        ("no_rows", "UNEXPECTED_RESPONSE", "「data」"),
        ("wrong_code", "INVALID_ROW", "1 行目（Code 7203） の Code「7203」"),
        ("nul_in_name", "INVALID_ROW", "1 行目（Code 13010）「CoName」: 制御文字 U+0000 が含まれています"),
        ("surrogate_in_code", "INVALID_ROW", "「Code」: 文字ではない値 U+D800 が含まれています（「13〈U+D800〉0」）"),
        ("line_break_in_english", "INVALID_ROW", "「CoNameEn」: 改行 U+000A"),
        ("market_too_long", "INVALID_ROW", "「Mkt」: 「0111-0112」は市場区分のコード（4 桁）ではありません"),
        ("code_never_given", "INVALID_ROW", "「Code」: 「13O10」は銘柄コードではありません"),
        ("code_zero_padded", "INVALID_ROW", "「Code」: 「07203」は銘柄コードではありません"),
        ("wrong_type", "INVALID_ROW", "1 行目（Code 13010） の CoName が文字列ではありません"),
        ("wrong_date", "INVALID_ROW", "1 行目（Code 13010） の Date「2024-02-30」"),
        ("mixed_dates", "MIXED_DATES", "2 行目（Code 13020）"),
        ("endless", "ENDLESS_PAGINATION", "100 ページ"),
        ("repeated_key", "ENDLESS_PAGINATION", "同じ pagination_key"),
    ],
)
def test_faults_that_will_not_pass_are_explained_at_once(
    fault: str, code: str, words: str, source: DataSource, jquants: FakeJquants
) -> None:
    jquants.fail(fault)
    error = error_of(source)

    assert (error.code, error.is_retryable) == (code, False)
    assert words in error.message


def test_an_answer_that_never_ends_is_cut_off(source: DataSource, jquants: FakeJquants) -> None:
    """Compressed it is small; what counts is what it becomes."""
    jquants._packed["data", MARCH, 0, jquants.page_rows] = gzip.compress(b" " * (transport._MAX_BYTES + 1))

    error = error_of(source)

    assert (error.code, error.is_retryable) == ("RESPONSE_TOO_LARGE", False)
    assert len(jquants.requests) == 1


def test_after_a_429_nothing_is_asked_for_the_whole_pause(
    source: DataSource, jquants: FakeJquants, settings: Settings
) -> None:
    jquants.fail("429")
    fetch(source)
    first, second = (seen.at for seen in jquants.requests)

    assert second - first >= settings.JQUANTS_REQUESTS.wait_after_limit_seconds


def test_a_wrong_key_is_told_apart_from_the_network(source: DataSource, jquants: FakeJquants) -> None:
    store_credentials(source, Credentials("wrong-key-wrong-key"))
    refused = error_of(source)
    source.base_url = "http://127.0.0.1:1/v2"
    unreachable = error_of(source)

    assert (refused.code, refused.status) == ("FORBIDDEN", 403)
    assert "API キーが正しいか確認" in refused.message
    assert unreachable.code == "UNREACHABLE"


def test_a_secret_that_the_service_repeats_is_not_passed_on(source: DataSource, jquants: FakeJquants) -> None:
    jquants.fail("echo_secrets")

    message = error_of(source).message

    assert API_KEY not in message
    assert "＊＊＊" in message


def test_the_library_s_own_errors_with_their_addresses_are_not_passed_on(source: DataSource) -> None:
    source.base_url = "http://127.0.0.1:1/v2"

    error = error_of(source)

    assert error.__cause__ is None
    assert error.__suppress_context__ is True


def test_waiting_ends_when_the_work_is_cancelled(source: DataSource, jquants: FakeJquants, settings: Settings) -> None:
    class Cancelled(Exception):
        pass

    def check() -> None:
        if len(jquants.requests) and time.monotonic() > ends_at:
            raise Cancelled

    ends_at = time.monotonic() + 0.3
    jquants.fail("503", times=4)
    settings.JQUANTS_REQUESTS = type(settings.JQUANTS_REQUESTS)(1, 1, 4, 30.0, 60.0)
    started = time.monotonic()
    with pytest.raises(Cancelled), open_client(source, check) as client:
        client.fetch_listing(None)

    assert time.monotonic() - started < 5


def test_a_null_is_not_told_and_no_change(source: DataSource, jquants: FakeJquants) -> None:
    jquants.fail("nulls")

    issue = fetch(source).issues[0]

    assert issue == ListedIssue("1301", "極洋ホールディングス")


def test_rows_of_another_day_than_asked_for_are_refused(source: DataSource, jquants: FakeJquants) -> None:
    jquants.fail("old_day")

    with pytest.raises(SourceError) as caught:
        fetch(source, MARCH)

    assert caught.value.code == "UNEXPECTED_DATE"
    assert "2024-03-29 の一覧を求めましたが、2008-05-07 の一覧が返りました" in caught.value.message
    assert "（2024-03-29 から" in caught.value.message


def test_the_newest_list_of_a_plan_cannot_be_of_years_ago(source: DataSource) -> None:
    source.plan = "standard"

    error = error_of(source)

    assert error.code == "UNEXPECTED_DATE"
    assert "最新の一覧を求めましたが、2024-03-29 の一覧が返りました" in error.message


def test_rows_without_code_or_name_are_left_to_the_ledger(source: DataSource, jquants: FakeJquants) -> None:
    jquants.fail("no_code")
    without_code = fetch(source).issues[0]
    jquants.fail("no_name")
    without_name: Any = fetch(source).issues[0]

    assert (without_code.code, without_code.company_name) == ("", "極洋ホールディングス")
    assert (without_name.code, without_name.company_name) == ("1301", "")


def test_a_private_address_is_refused_where_it_is_not_allowed(source: DataSource, settings: Settings) -> None:
    settings.ALLOW_PRIVATE_SOURCES = False

    error = error_of(source)

    assert error.code == "BASE_URL_REFUSED"
    assert "社内ネットワーク" in error.message
