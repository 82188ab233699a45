"""What is known beside the lists is a change of a company like any other, and part of its answer as it was known."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from companies.issuers.identifiers.importing import import_identifiers
from companies.issuers.identifiers.statements import Statement
from companies.issuers.official_dates.importing import import_official_dates
from companies.issuers.official_dates.rows import Coverage, OfficialDay
from companies.models import Company, LedgerRevision
from companies.search.in_database import search_companies
from tests.conftest import MARCH

pytestmark = pytest.mark.usefixtures("two_lists")


def get(client: Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return answer.json()


def name_toyota(value: str, since: date | None = None) -> None:
    import_identifiers([Statement("7203", "isin", value, since, origin="test")])


def test_an_identifier_is_told_from_its_day_on_and_as_it_was_known(client_with_key: Client) -> None:
    before = LedgerRevision.objects.latest("number").number
    name_toyota("JP3633400001")
    name_toyota("US0378331005", MARCH)

    assert get(client_with_key, "/api/v1/companies/7203")["isin"] == "US0378331005"
    assert get(client_with_key, "/api/v1/companies/7203?as_of=2024-03-01")["isin"] == "JP3633400001"
    assert get(client_with_key, f"/api/v1/companies/7203?known_at={before}")["isin"] is None
    assert get(client_with_key, f"/api/v1/companies/7203?known_at={before + 1}")["isin"] == "JP3633400001"


def test_who_asks_what_changed_is_told_of_an_identifier(client_with_key: Client) -> None:
    Company.objects.update(updated_at="2024-01-01T00:00:00+09:00")
    name_toyota("JP3633400001")

    changed = get(client_with_key, "/api/v1/companies?updated_since=2024-06-01T00:00:00%2B09:00")["companies"]

    assert [company["code"] for company in changed] == ["7203"]


def test_who_asks_what_changed_is_told_of_an_official_day_and_of_its_end(client_with_key: Client) -> None:
    since = "/api/v1/companies?updated_since=2024-06-01T00:00:00%2B09:00"
    for days in ([OfficialDay("7203", "delisted", date(2024, 9, 30), "完全子会社化")], []):
        Company.objects.update(updated_at="2024-01-01T00:00:00+09:00")
        import_official_dates(
            days, origin="page", covers=[Coverage("delisted", date(2024, 1, 1), date(2024, 12, 31))], force=True
        )

        assert [company["code"] for company in get(client_with_key, since)["companies"]] == ["7203"]
    assert get(client_with_key, "/api/v1/companies/7203")["delisted_on"] is None


def test_an_identifier_that_has_ended_is_not_told_of_the_latest_state(client_with_key: Client) -> None:
    import_identifiers([Statement("7203", "isin", "JP3633400001", None, date(2024, 3, 15), origin="test")])

    assert get(client_with_key, "/api/v1/companies/7203")["isin"] is None
    assert get(client_with_key, "/api/v1/companies/7203?as_of=2024-03-14")["isin"] == "JP3633400001"
    for path in ("/api/v1/companies/search?q=JP3633400001", "/api/v1/companies?isin=JP3633400001"):
        assert get(client_with_key, path)["companies"] == []
    assert list(search_companies(Company.objects.all(), "JP3633400001")) == []
    exported = client_with_key.get("/api/v1/companies/export?format=ndjson&isin=JP3633400001")
    assert b"".join(exported.streaming_content) == b""  # type: ignore[attr-defined]


def test_an_identifier_of_a_day_to_come_is_not_told_of_now(client_with_key: Client) -> None:
    name_toyota("JP3633400001")
    name_toyota("US0378331005", timezone.localdate() + timedelta(days=30))

    assert get(client_with_key, "/api/v1/companies/7203")["isin"] == "JP3633400001"
    assert get(client_with_key, "/api/v1/companies?isin=US0378331005")["companies"] == []
    newest = LedgerRevision.objects.latest("number").number
    assert get(client_with_key, f"/api/v1/companies/7203?known_at={newest}")["isin"] == "JP3633400001"


def test_a_company_is_found_by_an_identifier_of_its_own(client_with_key: Client) -> None:
    name_toyota("JP3633400001")

    for path in ("/api/v1/companies/search?q=jp3633400001", "/api/v1/companies?isin=JP3633400001"):
        assert [company["code"] for company in get(client_with_key, path)["companies"]] == ["7203"]
    exported = client_with_key.get("/api/v1/companies/export?format=csv&isin=JP3633400001")
    assert b"JP3633400001" in b"".join(exported.streaming_content)  # type: ignore[attr-defined]
