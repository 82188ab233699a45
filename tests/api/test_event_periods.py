"""GET events: between which lists each came about, and what a period cuts through."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from companies.ledger.snapshots import apply_snapshot
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_issue

pytestmark = pytest.mark.usefixtures("two_lists")

EVENTS = "/api/v1/companies/events"


def get(client: Client, query: str = "") -> Any:
    answer = client.get(f"{EVENTS}?{query}")
    assert answer.status_code == 200
    return answer.json()


def counts(client: Client, query: str) -> tuple[int, int, int]:
    answer = get(client, query)
    return answer["total"], answer["uncertain"], answer["uncertain_after"]


def test_an_event_names_the_last_list_without_the_change(client_with_key: Client) -> None:
    assert {(e["observed_after"], e["date"]) for e in get(client_with_key)["events"]} == {("2024-02-29", "2024-03-29")}


def test_history_names_it_too(client_with_key: Client) -> None:
    (event,) = client_with_key.get("/api/v1/companies/9984/history").json()["events"]

    assert (event["type"], event["observed_after"], event["date"]) == ("delisted", "2024-02-29", "2024-03-29")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", (4, 0, 0)),
        ("from=2024-03-01&to=2024-03-31", (4, 0, 0)),  # the first possible day is the first of March
        ("from=2024-03-02", (4, 4, 0)),  # the first of March was a Friday, and possible
        ("from=2024-03-15&to=2024-03-31", (4, 4, 0)),
        ("from=2024-03-29&to=2024-03-29", (4, 4, 0)),
        ("to=2024-03-15", (0, 0, 4)),
        ("from=2024-03-04&to=2024-03-15", (0, 0, 4)),
        ("from=2024-03-04&to=2024-03-15&type=delisted", (0, 0, 1)),
        ("from=2024-03-15&type=listed,renamed", (2, 2, 0)),
        ("from=2024-03-15&code=7203", (1, 1, 0)),
        ("from=2024-03-15&market_code=0113", (1, 1, 0)),
        ("to=2024-02-29", (0, 0, 0)),
        ("from=2024-04-01", (0, 0, 0)),
        ("from=0001-01-01&to=9999-12-31", (4, 0, 0)),
        ("from=0001-01-01&to=2024-03-15", (0, 0, 4)),
    ],
)
def test_a_period_counts_apart_what_it_cuts_through(
    client_with_key: Client, query: str, expected: tuple[int, int, int]
) -> None:
    assert counts(client_with_key, query) == expected


def test_the_counts_are_of_all_pages(client_with_key: Client) -> None:
    assert counts(client_with_key, "from=2024-03-15&limit=1&offset=3") == (4, 4, 0)


def test_an_older_list_that_is_filled_in_narrows_what_was_known(client_with_key: Client) -> None:
    kyokuyo = make_issue("1301", company_name="極洋", sector17_code="1", sector33_code="0050", scale_category="-")
    gone = make_issue("9984", company_name="ソフトバンクグループ", sector17_code="10", sector33_code="5250")
    apply_snapshot(date(2024, 3, 15), [make_issue("7203", company_name="トヨタ自動車", market_code="0112"), kyokuyo, gone, make_issue("7201", company_name="日産自動車", scale_category="TOPIX Mid400")], "jpx", force=True)  # fmt: skip
    apply_snapshot(date(2024, 1, 31), [make_issue("7203", company_name="トヨタ自動車")], "jpx", force=True)

    told = {(e["code"], e["type"], e["observed_after"], e["date"]) for e in get(client_with_key)["events"]}
    assert ("7203", "market_changed", "2024-02-29", "2024-03-15") in told
    assert ("9984", "delisted", "2024-03-15", "2024-03-29") in told
    # What the list of February was the first to have was listed before it: now it is known since when.
    assert ("9984", "listed", "2024-01-31", "2024-02-29") in told


def test_a_change_of_the_kind_of_product_is_an_event_with_old_and_new(client_with_key: Client) -> None:
    day = date(2024, 4, 30)
    apply_snapshot(MARCH, [make_issue("7203", product_category="011")], "jquants", force=True)
    apply_snapshot(day, [make_issue("7203", product_category="014")], "jquants", force=True)

    (event,) = get(client_with_key, "type=product_changed")["events"]

    assert (event["code"], event["old_value"], event["new_value"]) == ("7203", "011", "014")
    assert event["changes"] == {"product_category": ["011", "014"]}
    assert (event["observed_after"], event["date"]) == (str(MARCH), str(day))
    assert FEBRUARY < MARCH


def test_a_page_asks_the_same_few_questions_with_and_without_a_period(
    client_with_key: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    get(client_with_key, "limit=1")
    # The key and the generations; of a page, with its neighbours, the first time what its events tell, and the generations again.
    with django_assert_num_queries(2 + 2):
        get(client_with_key, "from=2024-03-04&to=2024-03-30&type=renamed&limit=2")
    with django_assert_num_queries(2):
        get(client_with_key, "from=2024-03-04&to=2024-03-30&limit=2")
