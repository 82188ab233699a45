"""JPX's web server: what is asked for, what is not asked for again, and what each fault costs."""

from datetime import date

import pytest
from pytest_django import Settings

from datasources.connection_check import check_connection
from datasources.credentials import Credentials
from datasources.errors import SourceError
from datasources.jpx.client import open_jpx_client
from datasources.models import DataSource
from datasources.providers import FetchedList
from datasources.trial import try_entered
from tests.conftest import FEBRUARY, MARCH
from tests.fakes.jpx import KYOKUYO, OLD_NAME, PATH, FakeJpx, make_rows

pytestmark = pytest.mark.django_db

BY_HAND = "東証上場銘柄一覧（data_j）をダウンロードして、「一覧ファイルの取込」から取り込んでください。"


def fetch(
    source: DataSource, validators: dict[str, str] | None = None, *, day: date | None = None
) -> FetchedList | None:
    with open_jpx_client(source) as client:
        return client.fetch_newer(day, validators or {})


def fetched(source: DataSource) -> FetchedList:
    found = fetch(source)
    assert found is not None
    return found


def error_of(source: DataSource, *, day: date | None = None) -> SourceError:
    with pytest.raises(SourceError) as refused:
        fetch(source, day=day)
    return refused.value


def test_the_source_is_there_from_the_start_and_switched_off() -> None:
    source = DataSource.objects.get(provider="jpx")

    assert (source.name, source.is_enabled, source.base_url) == ("JPX", False, "")
    assert source.requests_per_minute == 10


def test_the_list_is_of_the_day_that_the_file_says_and_comes_with_what_tells_it_from_the_next(
    monthly_source: DataSource, jpx: FakeJpx
) -> None:
    found = fetched(monthly_source)

    assert (found.date_in_force, len(found.issues), found.warnings) == (MARCH, 40, [])
    assert (found.issues[0].code, found.issues[0].market_code, found.issues[0].margin_code) == ("1301", "0111", None)
    assert found.validators == {**jpx.told(), "address": f"{jpx.base_url()}/data_j.xlsx"}
    assert [seen.path for seen in jpx.requests] == [f"{PATH}/data_j.xlsx"]


def test_where_the_file_has_its_former_name_it_is_found_under_that(monthly_source: DataSource, jpx: FakeJpx) -> None:
    jpx.file_name = OLD_NAME
    jpx.publish(MARCH, make_rows(40))
    found = fetched(monthly_source)

    assert len(found.issues) == 40
    assert [seen.path for seen in jpx.requests] == [f"{PATH}/data_j.xlsx", f"{PATH}/data_j.xls"]
    assert fetch(monthly_source, found.validators) is None


def test_the_address_may_be_that_of_the_file_itself(monthly_source: DataSource, jpx: FakeJpx) -> None:
    monthly_source.base_url = f"{jpx.base_url()}/data_j.xlsx"

    assert fetched(monthly_source).validators["address"] == monthly_source.base_url
    monthly_source.base_url = f"{jpx.base_url()}/other.xls"
    assert error_of(monthly_source).code == "LIST_NOT_FOUND"
    assert [seen.path for seen in jpx.requests] == [f"{PATH}/data_j.xlsx", f"{PATH}/other.xls"]


@pytest.mark.parametrize("validator", ["ETag", "Last-Modified"])
def test_the_same_list_is_not_fetched_again_by_either_of_its_marks(
    monthly_source: DataSource, jpx: FakeJpx, validator: str
) -> None:
    jpx.validators = (validator,)
    marks = fetched(monthly_source).validators

    assert fetch(monthly_source, marks) is None
    jpx.publish(date(2024, 4, 30), make_rows(40))
    assert fetch(monthly_source, marks) is not None


def test_without_marks_it_is_fetched_whole_each_time(monthly_source: DataSource, jpx: FakeJpx) -> None:
    jpx.validators = ()

    assert fetched(monthly_source).validators == {}


def test_marks_of_another_address_are_not_sent(monthly_source: DataSource, jpx: FakeJpx) -> None:
    marks = {**fetched(monthly_source).validators, "address": "https://example.com/data_j.xlsx"}

    assert fetch(monthly_source, marks) is not None
    assert "If-None-Match" not in jpx.requests[-1].headers


def test_who_asks_for_the_day_that_it_is_of_gets_it_and_for_another_hears_which_there_is(
    monthly_source: DataSource, jpx: FakeJpx
) -> None:
    marks = fetched(monthly_source).validators
    asked = fetch(monthly_source, marks, day=MARCH)
    error = error_of(monthly_source, day=FEBRUARY)

    assert asked is not None
    assert asked.date_in_force == MARCH
    assert error.code == "OTHER_DAY"
    assert "2024-03-29 の一覧だけで、2024-02-29 の一覧は取得できません" in error.message


def test_what_the_reader_did_not_understand_comes_with_the_list(monthly_source: DataSource, jpx: FakeJpx) -> None:
    jpx.publish(MARCH, [[1301.0, "極洋", "新しい市場", *KYOKUYO[3:]]])

    assert fetched(monthly_source).warnings == [
        "未知の市場・商品区分「新しい市場」が 1 件あります。この項目は「不明」として取り込みます。"
    ]


@pytest.mark.parametrize(
    ("fault", "code", "words", "requests"),
    [
        ("html", "WEB_PAGE", "Web ページ（HTML）が返されました", 1),
        ("half", "UNREADABLE_LIST", "壊れているか、途中で切れています", 1),
        ("empty", "UNREADABLE_LIST", "ファイルが空です", 1),
        ("other_layout", "UNREADABLE_LIST", "列が足りません: 規模区分", 1),
        ("304", "UNEXPECTED_RESPONSE", "HTTP 304", 1),
        ("redirect", "MOVED", "移動先: http://127.0.0.1:1/elsewhere", 1),
        ("403", "FORBIDDEN", "拒否されました", 1),
        ("404", "LIST_NOT_FOUND", "新しいアドレスを、データソースの「ベース URL」に", 2),
        ("huge", "RESPONSE_TOO_LARGE", "大きすぎます", 1),
        ("429", "RATE_LIMITED", "毎分の上限", 3),
        ("500", "SERVER_ERROR", "HTTP 500", 3),
        ("503", "SERVER_ERROR", "HTTP 503", 3),
        ("cut", "UNREACHABLE", "途中で切断", 3),
    ],
)
def test_each_fault_is_told_in_words_with_what_to_do_and_asked_again_only_if_it_may_pass(
    monthly_source: DataSource, jpx: FakeJpx, fault: str, code: str, words: str, requests: int
) -> None:
    jpx.fail(fault, times=9)
    error = error_of(monthly_source)

    assert (error.code, len(jpx.requests)) == (code, requests)
    assert words in error.message
    assert error.message.endswith(BY_HAND)


@pytest.mark.silence
def test_a_server_that_does_not_answer_is_given_up(monthly_source: DataSource, jpx: FakeJpx) -> None:
    jpx.fail("timeout", times=9)
    error = error_of(monthly_source)

    assert error.code == "TIMEOUT"
    assert error.message.endswith(BY_HAND)


def test_a_fault_that_passes_costs_a_request(monthly_source: DataSource, jpx: FakeJpx) -> None:
    jpx.fail("503")

    assert len(fetched(monthly_source).issues) == 40
    assert len(jpx.requests) == 2


def test_an_address_inside_the_network_is_refused(monthly_source: DataSource, settings: Settings) -> None:
    settings.ALLOW_PRIVATE_SOURCES = False

    assert error_of(monthly_source).code == "BASE_URL_REFUSED"


def test_the_connection_test_says_what_it_found_and_so_does_the_trial(monthly_source: DataSource, jpx: FakeJpx) -> None:
    assert check_connection(monthly_source).message == "接続できました。2024-03-29 の一覧（40 件）です。"
    assert try_entered(monthly_source, Credentials()).is_ok
    jpx.fail("html")
    assert not check_connection(monthly_source).is_ok
