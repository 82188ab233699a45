"""Who stands behind a code, in the API: on companies, in search, and by itself."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from companies.issuers.issuer_lists import apply_issuer_list
from companies.ledger.snapshots import apply_snapshot
from tests.edinet_lists import make_filer
from tests.factories import make_issue

pytestmark = pytest.mark.django_db

OLD, NEW, AUTUMN = date(2024, 1, 31), date(2024, 6, 28), date(2024, 9, 30)


@pytest.fixture
def issuers(db: None) -> None:
    """Nintendo, Seibu and Godo Steel; Seibu changed its reading and its fiscal year in the second list."""
    names = {"7974": "任天堂", "9024": "西武ホールディングス", "5410": "合同製鐵", "25935": "伊藤園 優先株式"}
    issues = [make_issue(code, company_name=name) for code, name in names.items()]
    apply_snapshot(OLD, issues, "jpx")
    nintendo = make_filer("7974", "E02367", name="任天堂株式会社", name_kana="ニンテンドウ", name_english="Nintendo Co., Ltd.",
                          corporate_number="1130001011420")  # fmt: skip
    godo = make_filer("5410", "E01239", name="合同製鐵株式会社", name_kana="ゴウドウセイテツ", corporate_number=None)
    itoen = make_filer("2593", "E00414", name_kana="イトウエン", corporate_number="3011001002279")
    seibu = {"code": "9024", "edinet_code": "E30140", "corporate_number": "2030001088006"}
    before = make_filer(**seibu, name_kana="セイブ", fiscal_year_end="2月末日")
    after = make_filer(**seibu, name_kana="セイブホールディングス", fiscal_year_end="3月31日")
    apply_issuer_list(OLD, [nintendo, godo, itoen, before])
    apply_issuer_list(NEW, [nintendo, godo, itoen, after], force=True)


def get(client: Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return answer.json()


def found(client: Client, query: str) -> list[str]:
    return [one["code"] for one in get(client, f"/api/v1/companies/search?q={query}")["companies"]]


@pytest.mark.usefixtures("issuers")
def test_a_company_tells_of_its_issuer(client_with_key: Client) -> None:
    told = get(client_with_key, "/api/v1/companies/7974")

    assert (told["company_name_kana"], told["edinet_code"], told["corporate_number"], told["company_name_english"]) == (
        "ニンテンドウ", "E02367", "1130001011420", "Nintendo Co., Ltd.",
    )  # fmt: skip
    assert get(client_with_key, "/api/v1/companies/25935")["edinet_code"] == "E00414"


@pytest.mark.usefixtures("issuers")
def test_an_english_name_of_a_list_goes_before_that_of_the_issuer(client_with_key: Client) -> None:
    apply_snapshot(
        AUTUMN, [make_issue("7974", company_name="任天堂", company_name_english="NINTENDO")], "jquants", force=True
    )

    assert get(client_with_key, "/api/v1/companies/7974")["company_name_english"] == "NINTENDO"


@pytest.mark.usefixtures("issuers")
def test_of_a_day_it_is_the_issuer_of_that_day_also_between_two_lists(client_with_key: Client) -> None:
    told = {
        day: get(client_with_key, f"/api/v1/companies/9024?as_of={day}") for day in ("2024-01-31", "2024-06-27", "2024-06-28")
    }  # fmt: skip

    assert [(day, one["company_name_kana"], one["fiscal_year_end"]) for day, one in told.items()] == [
        ("2024-01-31", "セイブ", "2月末日"), ("2024-06-27", "セイブ", "2月末日"),
        ("2024-06-28", "セイブホールディングス", "3月31日"),
    ]  # fmt: skip


@pytest.mark.usefixtures("issuers")
def test_as_known_before_a_list_of_issuers_came_it_is_not_told(client_with_key: Client) -> None:
    told = [get(client_with_key, f"/api/v1/companies/9024?known_at={revision}") for revision in (1, 2, 3)]

    assert [one["company_name_kana"] for one in told] == [None, "セイブ", "セイブホールディングス"]


@pytest.mark.usefixtures("issuers")
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("にんてんどう", "7974"), ("ニンテンドウ", "7974"), ("ﾆﾝﾃﾝﾄﾞｳ", "7974"), ("にんてん", "7974"), ("Nintendo", "7974"),
        ("nintendou", "7974"), ("せいぶ", "9024"), ("ごうどうせいてつ", "5410"), ("E02367", "7974"), ("e02367", "7974"),
        ("Ｅ０２３６７", "7974"), ("1130001011420", "7974"), ("T1130001011420", "7974"), ("T1-1300-0101-1420", "7974"),
        ("イトウエン", "25935"),
    ],
)  # fmt: skip
def test_search_knows_readings_english_names_and_both_identifiers(
    client_with_key: Client, query: str, code: str
) -> None:
    assert found(client_with_key, query)[0] == code


@pytest.mark.usefixtures("issuers")
def test_an_identifier_of_nobody_finds_nobody_and_part_of_one_neither(client_with_key: Client) -> None:
    assert found(client_with_key, "E02368") == []
    assert found(client_with_key, "E0236") == []
    assert found(client_with_key, "113000101142") == []


@pytest.mark.usefixtures("issuers")
def test_the_list_is_filtered_by_either_identifier(client_with_key: Client) -> None:
    path = "/api/v1/companies?edinet_code=E02367,E30140"
    assert [one["code"] for one in get(client_with_key, path)["companies"]] == ["7974", "9024"]
    one = get(client_with_key, "/api/v1/companies?corporate_number=2030001088006")
    assert [company["code"] for company in one["companies"]] == ["9024"]
    assert client_with_key.get("/api/v1/companies?edinet_code=2367").json()["error"]["code"] == "VALIDATION_ERROR"
    file = client_with_key.get("/api/v1/companies/export?format=ndjson&edinet_code=E02367")
    assert b'"company_name_kana": "\xe3\x83\x8b' in b"".join(file.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.usefixtures("issuers")
def test_issuers_are_told_in_pages_and_found_by_name_and_code(client_with_key: Client) -> None:
    answer = get(client_with_key, "/api/v1/issuers?limit=2")
    assert (answer["total"], [one["edinet_code"] for one in answer["issuers"]]) == (4, ["E00414", "E01239"])

    for query in (
        "q=にんてんどう",
        "q=任天堂",
        "q=nintendo",
        "q=E02367",
        "code=7974",
        "corporate_number=1130001011420",
    ):
        told = get(client_with_key, f"/api/v1/issuers?{query}")["issuers"]
        assert [one["edinet_code"] for one in told] == ["E02367"], query
    assert [one["edinet_code"] for one in get(client_with_key, "/api/v1/issuers?code=25935")["issuers"]] == ["E00414"]


@pytest.mark.usefixtures("issuers")
def test_an_issuer_tells_what_it_stood_behind_and_what_it_was(client_with_key: Client) -> None:
    told = get(client_with_key, "/api/v1/issuers/E30140")

    assert told["companies"] == [
        {
            "code": "9024",
            "company_name": "西武ホールディングス",
            "is_active": True,
            "valid_from": "2024-01-31",
            "valid_until": None,
        }
    ]
    assert told["codes"] == [{"code": "9024", "valid_from": "2024-01-31", "valid_until": None}]
    assert [(one["valid_from"], one["name_kana"]) for one in told["versions"]] == [
        ("2024-01-31", "セイブ"), ("2024-06-28", "セイブホールディングス"),
    ]  # fmt: skip
    assert (told["first_seen_on"], told["last_seen_on"]) == ("2024-01-31", "2024-06-28")


@pytest.mark.usefixtures("issuers")
def test_an_issuer_that_there_is_not_is_404(client_with_key: Client) -> None:
    answer = client_with_key.get("/api/v1/issuers/E99999")

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ISSUER_NOT_FOUND")


@pytest.mark.usefixtures("issuers")
def test_the_feed_tells_what_a_list_of_issuers_changed(client_with_key: Client) -> None:
    revision = get(client_with_key, "/api/v1/feed?after=2")["revisions"][0]

    assert (revision["kind"], revision["source"], revision["date_in_force"]) == ("issuer_list", "edinet", "2024-06-28")
    assert (revision["recorded"], revision["withdrawn"]) == ([], [])
    assert [(fact["code"], fact["valid_until"]) for fact in revision["facts"]["withdrawn"]] == [("9024", None)]
    assert [(fact["valid_from"], fact["company_name_kana"]) for fact in revision["facts"]["recorded"]] == [
        ("2024-01-31", "セイブ"), ("2024-06-28", "セイブホールディングス"),
    ]  # fmt: skip
