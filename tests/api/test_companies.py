"""GET /api/v1/companies, /companies/{code} and /companies/search."""

from datetime import date, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from companies.api import rows
from companies.ledger.snapshots import apply_snapshot
from companies.models import ListingSnapshot
from tests.api.reading import codes, get, read
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_issue

pytestmark = pytest.mark.usefixtures("two_lists")


def test_list_gives_the_listed_companies_in_the_order_of_their_codes(
    client_with_key: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # The key, its last use, the generation; in one snapshot the generation, all companies, and what is told beside lists: three tables,
    # the day up to which identifiers count, and the ledger's day.
    with django_assert_num_queries(10):
        answer = get(client_with_key, "companies?limit=2&offset=1")
    with django_assert_num_queries(2):  # the key, the generation
        assert get(client_with_key, "companies?limit=2&offset=1") == answer

    assert answer["total"] == 4
    assert (answer["limit"], answer["offset"]) == (2, 1)
    assert [company["code"] for company in answer["companies"]] == ["130A", "7201"]
    company = answer["companies"][1]
    assert company.pop("updated_at").endswith("+09:00")
    assert company == {
        "code": "7201", "jquants_code": "72010", "company_name": "日産自動車", "company_name_english": None,
        "market_code": "0111", "market_name": "プライム", "sector17_code": "6", "sector17_name": "自動車・輸送機",
        "sector33_code": "3700", "sector33_name": "輸送用機器", "scale_category": "TOPIX Mid400", "margin_code": None,
        "margin_name": None, "product_category": None, "reference_date": "2024-03-29", "is_active": True,
        "first_seen_on": "2024-02-29", "last_seen_on": "2024-03-29", "company_name_kana": None, "edinet_code": None,
        "corporate_number": None, "fiscal_year_end": None, "listed_on": None, "delisted_on": None, "delisting_reason": None,
        "isin": None, "figi": None, "lei": None,
    }  # fmt: skip


def test_list_as_of_a_past_day_is_that_days_universe(client_with_key: Client) -> None:
    answer = get(client_with_key, "companies?as_of=2024-03-01&ordering=-code")

    assert [c["code"] for c in answer["companies"]] == ["9984", "7203", "7201", "1301"]
    assert answer["companies"][1]["market_code"] == "0111"
    assert answer["companies"][1]["reference_date"] == "2024-02-29"


def test_an_answer_of_a_past_day_stays_as_it_is_when_later_lists_come_in(client_with_key: Client) -> None:
    paths = (
        "companies?as_of=2024-03-10", "companies/9984?as_of=2024-03-10", "companies/export?format=ndjson&as_of=2024-03-10",
        *(f"companies?as_of=2024-03-10&ordering={sign}{name}" for name in ("last_seen_on", "updated_at", "first_seen_on") for sign in ("", "-")),
    )  # fmt: skip
    before = [read(client_with_key, path) for path in paths]
    assert '"is_active": true' in before[2]

    newest = [
        make_issue("7203", company_name="トヨタ", market_code="0113"),
        make_issue("9984", company_name="新しい名"),
    ]
    apply_snapshot(date(2024, 4, 30), newest, "jpx", force=True)

    assert [read(client_with_key, path) for path in paths] == before


def test_of_a_past_day_the_time_is_when_the_list_was_recorded_that_first_said_so(client_with_key: Client) -> None:
    recorded = dict(ListingSnapshot.objects.values_list("date_in_force", "recorded_at"))

    for code, day, list_day in (("7201", "2024-03-29", FEBRUARY), ("7203", "2024-03-29", MARCH), ("7203", "2024-03-01", FEBRUARY)):  # fmt: skip
        told = get(client_with_key, f"companies/{code}?as_of={day}")["updated_at"]
        assert datetime.fromisoformat(told) == recorded[list_day]


def test_filters_with_commas_accept_any_of_the_values(client_with_key: Client) -> None:
    assert codes(client_with_key, "companies?market_code=0112,0113") == ["130A", "7203"]
    assert codes(client_with_key, "companies?active_only=false&code=72030,9984") == ["7203", "9984"]


def test_a_reader_who_follows_changes_asks_for_what_moved_since(client_with_key: Client) -> None:
    past, future = "2020-01-01T00:00:00%2B09:00", "2100-01-01T00:00:00%2B09:00"

    assert codes(client_with_key, f"companies?updated_since={past}") == ["1301", "130A", "7201", "7203", "9984"]
    assert "9984" not in codes(client_with_key, f"companies?updated_since={past}&active_only=true")
    assert codes(client_with_key, f"companies?updated_since={future}") == []


def test_the_list_can_be_searched_and_ordered(client_with_key: Client) -> None:
    assert codes(client_with_key, "companies?q=自動車") == ["7203", "7201"]
    assert codes(client_with_key, "companies?q=自動車&ordering=code") == ["7201", "7203"]
    assert codes(client_with_key, "companies?ordering=market_code,-code") == ["7201", "1301", "7203", "130A"]
    assert codes(client_with_key, "companies?q=自動車&as_of=2024-03-01&ordering=-code") == ["7203", "7201"]


def test_a_search_for_marks_alone_finds_nothing(client_with_key: Client) -> None:
    assert get(client_with_key, "companies/search?q=・・") == {"companies": [], "total": 0, "query": "・・"}


def test_a_company_as_it_was(client_with_key: Client) -> None:
    assert get(client_with_key, "companies/9984?as_of=2024-03-01")["is_active"] is True
    assert client_with_key.get("/api/v1/companies/9984?as_of=2024-03-29").status_code == 404


@pytest.mark.parametrize(
    ("query", "japanese", "english"),
    [
        ("limit=0", "この値は1以上にしてください。", "Ensure this value is greater than or equal to 1."),
        ("limit=1001", "この値は1000以下にしてください。", "Ensure this value is less than or equal to 1000."),
        (f"q={'a' * 101}", "この項目が100文字より長くならないようにしてください。", "Ensure this field has no more than 100 characters."),
        ("active_only=1", "true か false を指定してください。", "Give true or false."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_the_language_of_each_caller_whoever_was_refused_before(
    client_with_key: Client, query: str, japanese: str, english: str
) -> None:
    said = [
        client_with_key.get(f"/api/v1/companies?{query}", headers={"Accept-Language": language}).json()
        for language in ("ja", "en", "ja", "en")
    ]
    reasons = [answer["error"]["details"][query.partition("=")[0]][0] for answer in said]

    assert reasons == [japanese, english, japanese, english]


@pytest.mark.parametrize(
    "query", ["companies?code=7203", "companies?code=7203&as_of=2024-03-29", "companies/export?code=7203&format=csv"]
)
def test_names_are_the_same_for_callers_of_every_language(client_with_key: Client, query: str) -> None:
    """Answers are kept for all of them, and the names with them by a process that nobody asked before."""
    rows._names_of_choices.cache_clear()
    apply_snapshot(MARCH, [make_issue("7203", margin_code="2")], "jquants", force=True)

    for language in ("en", "ja"):
        response = client_with_key.get(f"/api/v1/{query}", headers={"Accept-Language": language})
        assert "貸借" in response.getvalue().decode()


def test_a_misspelt_parameter_is_refused_by_name(client_with_key: Client) -> None:
    response = client_with_key.get("/api/v1/companies?lmit=5")

    assert response.status_code == 400
    assert response.json()["error"]["code"] == "VALIDATION_ERROR"
    assert list(response.json()["error"]["details"]) == ["lmit"]


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "offset=-1", "as_of=yesterday", "ordering=name", "q=%00"])
def test_a_wrong_value_is_refused_by_field(client_with_key: Client, query: str) -> None:
    response = client_with_key.get(f"/api/v1/companies?{query}")

    assert response.status_code == 400
    assert list(response.json()["error"]["details"]) == [query.split("=", maxsplit=1)[0]]


def test_a_company_is_found_by_either_form_of_its_code(client_with_key: Client) -> None:
    assert get(client_with_key, "companies/72030")["company_name"] == "トヨタ自動車"
    assert get(client_with_key, "companies/130a0")["code"] == "130A"


def test_an_unknown_code_is_not_found(client_with_key: Client) -> None:
    response = client_with_key.get("/api/v1/companies/0000")

    assert response.status_code == 404
    assert response.json()["error"]["code"] == "COMPANY_NOT_FOUND"


def test_before_the_first_list_there_is_none_and_the_first_date_is_told(client_with_key: Client) -> None:
    response = client_with_key.get("/api/v1/companies/7203?as_of=2020-01-01")

    assert response.status_code == 404
    assert response.json()["error"]["code"] == "SNAPSHOT_NOT_FOUND"
    assert response.json()["error"]["details"]["first_date"] == "2024-02-29"


@pytest.mark.parametrize(
    "query", ["トヨタ", "ﾄﾖﾀ", "とよた", "toyota", "7203", "72030", "ト", "Toyota", "株式会社トヨタ"]
)
def test_toyota_is_found_first_however_it_is_typed(client_with_key: Client, query: str) -> None:
    assert codes(client_with_key, f"companies/search?q={query}")[0] == "7203"


def test_the_start_of_a_code_finds_its_companies_in_order(client_with_key: Client) -> None:
    assert codes(client_with_key, "companies/search?q=72") == ["7201", "7203"]


def test_full_width_names_are_found_with_and_without_spaces(client_with_key: Client) -> None:
    assert codes(client_with_key, "companies/search?q=veritas in silico") == ["130A"]
    assert codes(client_with_key, "companies/search?q=insilico") == ["130A"]


def test_a_delisted_company_is_found_by_search_and_says_so(client_with_key: Client) -> None:
    (company,) = get(client_with_key, "companies/search?q=ソフトバンク")["companies"]

    assert (company["is_active"], company["last_seen_on"]) == (False, "2024-02-29")


def test_links_lead_to_the_other_pages(client_with_key: Client) -> None:
    def links(path: str) -> dict[str, str]:
        header = client_with_key.get(f"/api/v1/{path}").headers.get("Link", "")
        parts = (part.split(">; rel=") for part in header.split(", ") if part)
        return {relation.strip('"'): target.removeprefix("<") for target, relation in parts}

    state = client_with_key.get("/api/v1/companies").headers["X-Data-State"]
    page = f"/api/v1/companies?active_only=false&state={state}&limit=2&offset="
    assert links("companies?limit=2&active_only=false&offset=2") == {
        "first": f"{page}0", "prev": f"{page}0", "next": f"{page}4", "last": f"{page}4",
    }  # fmt: skip
    assert links("companies?limit=2").keys() == {"first", "next", "last"}
    assert links("companies?limit=100") == {}
    assert links("companies/events?limit=1").keys() == {"first", "next", "last"}
    assert "q=%E3%83%88" in links("companies?q=%E3%83%88&limit=1&offset=1&active_only=false")["first"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("as_of=2024-02-29&active_only=false", "active_only"),
        ("as_of=2024-02-29&updated_since=2024-01-01T00:00:00Z", "updated_since"),
        ("ordering=code,-code", "ordering"),
        ("ordering=price", "ordering"),
        ("limit=1_0", "limit"),
        ("limit=10.0", "limit"),
        ("offset=-1", "offset"),
        ("limit=1001", "limit"),
        ("active_only=yes", "active_only"),
        ("as_of=20240229", "as_of"),
        ("as_of=2024-02-30", "as_of"),
        ("updated_since=yesterday", "updated_since"),
        ("market_code=0111,,0112", "market_code"),
        ("code=ABC", "code"),
        ("q=%00", "q"),
        ("q=%20", "q"),
        ("market=0111", "market"),
        ("limit=1&limit=2", "limit"),
    ],
)
def test_wrong_or_contradictory_parameters_are_named(client_with_key: Client, query: str, field: str) -> None:
    answer = client_with_key.get(f"/api/v1/companies?{query}")

    assert answer.status_code == 400
    assert list(answer.json()["error"]["details"]) == [field]


def test_updated_since_understands_every_way_to_write_a_moment(client_with_key: Client) -> None:
    for moment in (
        "2020-01-01T00:00:00Z",
        "2020-01-01T00:00:00%2B09:00",
        "2020-01-01T00:00:00+09:00",
        "2020-01-01T00:00:00.5",
    ):
        assert get(client_with_key, f"companies?updated_since={moment}")["total"] == 5
    assert get(client_with_key, "companies?updated_since=2099-01-01T00:00:00Z")["total"] == 0
