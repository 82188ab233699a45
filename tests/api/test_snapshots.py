"""GET snapshots: which lists there are."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from api.keys import create_api_key
from companies.ledger.snapshots import apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import ListingSnapshot
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_issue

pytestmark = pytest.mark.usefixtures("two_lists")

SNAPSHOTS = "/api/v1/snapshots"


def get(client: Client, query: str = "") -> Any:
    answer = client.get(f"{SNAPSHOTS}?{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def days(client: Client, query: str) -> list[tuple[str, str]]:
    return [(one["date_in_force"], one["status"]) for one in get(client, query)["snapshots"]]


def test_every_entry_is_told_newest_date_first(client_with_key: Client) -> None:
    answer = client_with_key.get("/api/v1/snapshots").json()

    march = ListingSnapshot.objects.get(date_in_force=MARCH)
    assert (answer["total"], answer["limit"], answer["offset"]) == (2, 100, 0)
    first, second = answer["snapshots"]
    assert first.pop("recorded_at").endswith("+09:00")
    assert first == {
        "id": march.pk, "date_in_force": "2024-03-29", "source": "jpx", "status": "holding", "row_count": 4,
        "sha256": march.sha256, "is_superseded": False, "superseded_by": None, "withdrawal": None,
        "is_provisional": False, "confirmed_at": None,
    }  # fmt: skip
    assert second["date_in_force"] == "2024-02-29"


def test_a_superseded_entry_names_the_one_that_holds_and_a_withdrawn_one_its_reason(client_with_key: Client) -> None:
    newer = apply_snapshot(MARCH, [make_issue("7203")], "jquants", force=True).snapshot_id
    february = ListingSnapshot.objects.get(date_in_force=FEBRUARY)
    withdraw_entry(february.pk, reason="行がずれていた", withdrawn_by="sato")

    told = get(client_with_key)["snapshots"]

    assert [(one["status"], one["is_superseded"], one["superseded_by"]) for one in told] == [
        ("holding", False, None), ("superseded", True, newer), ("withdrawn", False, None),
    ]  # fmt: skip
    assert [one["withdrawal"] for one in told[:2]] == [None, None]
    withdrawal = told[2]["withdrawal"]
    assert withdrawal.pop("withdrawn_at").endswith("+09:00")
    assert withdrawal == {"withdrawn_by": "sato", "reason": "行がずれていた"}


def test_entries_can_be_narrowed(client_with_key: Client) -> None:
    apply_snapshot(MARCH, [make_issue("7203")], "jquants", force=True)
    withdraw_entry(ListingSnapshot.objects.get(date_in_force=FEBRUARY).pk, reason="a", withdrawn_by="b")

    assert days(client_with_key, "status=holding") == [("2024-03-29", "holding")]
    assert days(client_with_key, "status=superseded,withdrawn") == [
        ("2024-03-29", "superseded"), ("2024-02-29", "withdrawn"),
    ]  # fmt: skip
    assert days(client_with_key, "source=jquants") == [("2024-03-29", "holding")]
    assert days(client_with_key, "to=2024-03-01") == [("2024-02-29", "withdrawn")]
    assert days(client_with_key, "from=2024-03-30") == []


def test_pages_lead_to_each_other(client_with_key: Client) -> None:
    answer = client_with_key.get(f"{SNAPSHOTS}?limit=1&offset=1")

    assert [one["date_in_force"] for one in answer.json()["snapshots"]] == ["2024-02-29"]
    state = answer["X-Data-State"]
    assert f'<{SNAPSHOTS}?state={state}&limit=1&offset=0>; rel="prev"' in answer["Link"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=valid", "status"), ("source=yahoo", "source"), ("limit=0", "limit"), ("offset=-1", "offset"),
        ("from=20240229", "from"), ("from=2024-03-02&to=2024-03-01", "from"), ("date=2024-03-01", "date"),
        ("limit=1&limit=2", "limit"),
    ],
)  # fmt: skip
def test_what_is_not_meant_is_refused_by_name(client_with_key: Client, query: str, field: str) -> None:
    answer = client_with_key.get(f"{SNAPSHOTS}?{query}")

    assert answer.status_code == 400
    assert list(answer.json()["error"]["details"]) == [field]


def test_a_key_is_needed(client: Client) -> None:
    answer = client.get(SNAPSHOTS)

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "INVALID_API_KEY")


def test_a_key_without_the_scope_read_may_not_read(client: Client) -> None:
    _, plain = create_api_key(name="sync", scopes=["sync"])

    answer = client.get(SNAPSHOTS, headers={"X-API-Key": plain})

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "PERMISSION_DENIED")


def test_a_list_that_comes_in_is_there_at_once(client_with_key: Client) -> None:
    get(client_with_key)

    apply_snapshot(date(2024, 4, 30), [make_issue("7203")], "jpx", force=True)

    assert get(client_with_key)["total"] == 3


def test_a_page_costs_two_questions_whatever_its_length(
    client_with_key: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    get(client_with_key)
    # The key, the state, the page, the number of all.
    with django_assert_max_num_queries(4):
        get(client_with_key, "limit=50")
