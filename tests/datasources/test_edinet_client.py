"""EDINET's service: what is asked for, what is not asked for again, and what each fault costs."""

from datetime import date

import pytest

from datasources.connection_check import check_connection
from datasources.edinet.client import open_edinet_client
from datasources.errors import SourceError
from datasources.issuer_providers import FetchedIssuers
from datasources.models import DataSource
from tests.fakes.edinet import INDIVIDUAL, PATH, FakeEdinet, make_row

pytestmark = pytest.mark.django_db

MARCH = date(2024, 3, 29)


def fetch(source: DataSource, validators: dict[str, str] | None = None) -> FetchedIssuers | None:
    with open_edinet_client(source) as client:
        return client.fetch_issuers(validators or {})


def fetched(source: DataSource) -> FetchedIssuers:
    found = fetch(source)
    assert found is not None
    return found


def error_of(source: DataSource) -> SourceError:
    with pytest.raises(SourceError) as refused:
        fetch(source)
    return refused.value


def test_the_source_is_there_from_the_start_and_switched_off() -> None:
    source = DataSource.objects.get(provider="edinet")

    assert (source.name, source.is_enabled, source.base_url) == ("EDINET", False, "")


def test_the_list_is_fetched_without_individuals_and_with_what_tells_it_from_the_next(
    issuer_source: DataSource, edinet: FakeEdinet
) -> None:
    edinet.publish(MARCH, [make_row(2144, "7203"), make_row(9999, 提出者種別=INDIVIDUAL)])
    found = fetched(issuer_source)

    assert found.issuers.date_in_force == MARCH
    assert [(filer.edinet_code, filer.securities_code) for filer in found.issuers.filers] == [("E02144", "7203")]
    assert found.issuers.individuals == 1
    assert found.validators == {**edinet.told(), "address": f"{edinet.base_url()}/Edinetcode.zip"}
    assert edinet.requests[0].path == f"{PATH}/Edinetcode.zip"


@pytest.mark.parametrize("validator", ["ETag", "Last-Modified"])
def test_the_same_list_is_not_fetched_again_by_either_of_its_marks(
    issuer_source: DataSource, edinet: FakeEdinet, validator: str
) -> None:
    edinet.validators = (validator,)
    marks = fetched(issuer_source).validators

    assert fetch(issuer_source, marks) is None
    edinet.publish(date(2024, 4, 5), [make_row(2144, "7203")])
    assert fetch(issuer_source, marks) is not None


def test_without_marks_it_is_fetched_whole_each_time(issuer_source: DataSource, edinet: FakeEdinet) -> None:
    edinet.validators = ()

    assert fetched(issuer_source).validators == {}


def test_marks_of_another_address_are_not_sent(issuer_source: DataSource, edinet: FakeEdinet) -> None:
    marks = {**fetched(issuer_source).validators, "address": "https://example.com"}

    assert fetch(issuer_source, marks) is not None
    assert "If-None-Match" not in edinet.requests[-1].headers


@pytest.mark.parametrize(
    ("fault", "code", "words", "requests"),
    [
        ("html", "WEB_PAGE", "Web ページ（HTML）が返されました", 1),
        ("cut_zip", "UNREADABLE_LIST", "zip を開けません", 1),
        ("304", "UNEXPECTED_RESPONSE", "HTTP 304", 1),
        ("redirect", "MOVED", "HTTP 302、移動先: http://127.0.0.1:1/elsewhere", 1),
        ("403", "FORBIDDEN", "拒否されました", 1),
        ("404", "LIST_NOT_FOUND", "ベース URL", 1),
        ("huge", "RESPONSE_TOO_LARGE", "大きすぎます", 1),
        ("429", "RATE_LIMITED", "毎分の上限", 3),
        ("500", "SERVER_ERROR", "HTTP 500", 3),
        ("503", "SERVER_ERROR", "HTTP 503", 3),
        ("cut", "UNREACHABLE", "途中で切断", 3),
    ],
)
def test_each_fault_is_told_in_words_and_asked_again_only_if_it_may_pass(
    issuer_source: DataSource, edinet: FakeEdinet, fault: str, code: str, words: str, requests: int
) -> None:
    edinet.fail(fault, times=9)
    error = error_of(issuer_source)

    assert (error.code, len(edinet.requests)) == (code, requests)
    assert words in error.message
    assert error.message.endswith("ブラウザーでダウンロードして「EDINET コード一覧の取込」から取り込んでください。")


@pytest.mark.silence
def test_a_service_that_does_not_answer_is_given_up(issuer_source: DataSource, edinet: FakeEdinet) -> None:
    edinet.fail("timeout", times=9)

    assert error_of(issuer_source).code == "TIMEOUT"


def test_a_fault_that_passes_costs_a_request(issuer_source: DataSource, edinet: FakeEdinet) -> None:
    edinet.fail("503")

    assert len(fetched(issuer_source).issuers.filers) == 4
    assert len(edinet.requests) == 2


def test_an_address_inside_the_network_is_refused(issuer_source: DataSource, settings: object) -> None:
    settings.ALLOW_PRIVATE_SOURCES = False  # type: ignore[attr-defined]

    assert error_of(issuer_source).code == "BASE_URL_REFUSED"


def test_the_connection_test_says_what_it_found(issuer_source: DataSource, edinet: FakeEdinet) -> None:
    assert check_connection(issuer_source).message == "接続できました。2024-03-29 の一覧（4 件）です。"
    edinet.fail("html")
    assert not check_connection(issuer_source).is_ok
