"""What follows of the field, in the copy that has it. Run by `tests/companies/test_recipe_of_a_field.py`."""

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from api.keys import create_api_key
from companies.ledger.snapshot_rows import collect_rows, pack_rows, unpack_rows
from companies.ledger.snapshots import apply_snapshot
from companies.listed_issue import LEDGER_FIELDS
from companies.models import Company, ListingSnapshot
from datasources.errors import SourceError
from datasources.jquants.listing import read_listing
from tests.factories import make_issue

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY, WEDNESDAY = date(2024, 3, 4), date(2024, 3, 5), date(2024, 3, 6)
LIST, PAGE = "/api/v1/companies", "/admin/companies/company/"


def row(code: str, day: date, **fields: str) -> dict[str, str]:
    return {"Date": day.isoformat(), "Code": f"{code}0", "CoName": f"会社{code}", "Mkt": "0111", **fields}


@pytest.fixture(autouse=True)
def _three_lists() -> None:
    """Before the field, with it, and after one issue's changed."""
    for day, unit in ((MONDAY, {}), (TUESDAY, {"Unit": "1000"}), (WEDNESDAY, {"Unit": "100"})):
        rows = [row("7203", day, **unit), row("1301", day, **({"Unit": "100"} if unit else {}))]
        apply_snapshot(day, read_listing(rows, "v2", today=day).issues, "jquants", force=True)


@pytest.fixture
def api() -> Client:
    return Client(headers={"X-API-Key": create_api_key(name="test", scopes=["read"])[1]})


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_list_that_does_not_tell_it_is_kept_as_before() -> None:
    issue = make_issue("7203")
    state = [getattr(issue, field.name) for field in LEDGER_FIELDS if field.name != "trading_unit"]

    packed = pack_rows(collect_rows([issue]))

    assert json.loads(packed.canonical) == [["7203", *state]]
    assert unpack_rows(packed.compress()) == {"7203": (*state, None)}
    assert unpack_rows(ListingSnapshot.objects.get(date_in_force=MONDAY).rows)["7203"][-1] is None


def test_its_change_is_an_event_and_what_was_not_told_before_is_none(api: Client) -> None:
    events = api.get(f"{LIST}/events?type=unit_changed").json()["events"]

    assert [(event["date"], event["code"], event["changes"]) for event in events] == [
        ("2024-03-06", "7203", {"trading_unit": ["1000", "100"]})
    ]
    assert api.get(f"{LIST}/changes?from=2024-03-05&to=2024-03-06").json()["changes"][0]["changes"] == {
        "trading_unit": ["1000", "100"]
    }


def test_the_api_tells_it_narrows_by_it_and_refuses_what_it_cannot_be(api: Client) -> None:
    toyota = api.get(f"{LIST}/7203").json()
    asked = {
        query: [company["code"] for company in api.get(f"{LIST}?{query}").json()["companies"]]
        for query in ("trading_unit=100", "trading_unit=1000", "as_of=2024-03-05&trading_unit=1000")
    }
    refused = api.get(f"{LIST}?trading_unit=many")

    assert (toyota["trading_unit"], list(toyota)[13:15]) == ("100", ["product_category", "trading_unit"])
    assert list(asked.values()) == [["1301", "7203"], [], ["7203"]]
    assert (refused.status_code, list(refused.json()["error"]["details"])) == (400, ["trading_unit"])
    assert [v["trading_unit"] for v in api.get(f"{LIST}/7203/history").json()["versions"]] == [None, "1000", "100"]


def test_the_files_have_it(api: Client, admin_client: Client) -> None:
    told = b"".join(api.get(f"{LIST}/export?format=csv")).decode("utf-8-sig")
    shown = b"".join(admin_client.get(f"{PAGE}export/?format=csv")).decode("utf-8-sig")

    assert [line["trading_unit"] for line in csv.DictReader(io.StringIO(told))] == ["100", "100"]
    assert [line["売買単位"] for line in csv.DictReader(io.StringIO(shown))] == ["100", "100"]


def test_the_schema_describes_it(api: Client) -> None:
    schema = text(api.get("/api/schema/"))

    described = yaml.safe_load(schema)
    parameters = described["paths"]["/api/v1/companies"]["get"]["parameters"]
    assert "trading_unit" in described["components"]["schemas"]["CompanyAnswer"]["properties"]
    assert next(one for one in parameters if one["name"] == "trading_unit")["description"].startswith("売買単位（株）")
    assert "unit_changed" in schema


def test_the_admin_shows_it(admin_client: Client) -> None:
    shown = admin_client.get(PAGE)
    toyota = text(admin_client.get(f"{PAGE}{Company.objects.get(code='7203').pk}/change/"))
    compared = text(admin_client.get(f"{PAGE}compare/?first=2024-03-05&second=2024-03-06"))

    assert "unit" in shown.context["cl"].list_display
    assert [spec.parameter_name for spec in shown.context["cl"].filter_specs][-1] == "unit"
    assert [code for code, _name in shown.context["cl"].filter_specs[-1].lookup_choices] == ["100", "1000"]
    was = admin_client.get(f"{PAGE}?as_of=2024-03-05&unit=1000")
    assert [company.code for company in was.context["cl"].result_list] == ["7203"]
    assert "売買単位変更" in toyota
    assert "売買単位" in compared
    assert "1000" in compared


def test_a_source_that_tells_it_wrongly_is_refused_by_row_and_field() -> None:
    with pytest.raises(SourceError) as refused:
        read_listing([row("7203", WEDNESDAY, Unit="百株")], "v2", today=WEDNESDAY)

    assert "「Unit」: 「百株」は売買単位（株数）ではありません" in refused.value.message


@pytest.mark.django_db(transaction=True)
def test_the_history_is_proven() -> None:
    call_command("verify_history")


def test_nothing_is_left_to_migrate() -> None:
    call_command("makemigrations", "--check", "--dry-run", "companies")
