"""GET history, events, changes, markets and sectors."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from companies.ledger.snapshots import apply_snapshot
from tests.factories import make_issue

pytestmark = pytest.mark.usefixtures("two_lists")


def get(client: Client, path: str) -> Any:
    return client.get(f"/api/v1/companies/{path}").json()


def test_events_tell_what_happened_between_the_lists(client_with_key: Client) -> None:
    answer = get(client_with_key, "events?from=2024-03-01&to=2024-03-31")

    told = [(e["code"], e["type"], e["old_value"], e["new_value"]) for e in answer["events"]]
    assert told == [
        ("1301", "renamed", "極洋", "極洋ホールディングス"),
        ("130A", "listed", None, "Ｖｅｒｉｔａｓ　Ｉｎ　Ｓｉｌｉｃｏ"),
        ("7203", "market_changed", "0111", "0112"),
        ("9984", "delisted", "ソフトバンクグループ", None),
    ]
    assert answer["total"] == 4


def test_events_can_be_narrowed(client_with_key: Client) -> None:
    assert get(client_with_key, "events?type=listed,delisted&code=9984")["total"] == 1
    assert get(client_with_key, "events?to=2024-03-28")["total"] == 0


def test_an_unknown_kind_of_event_and_a_backward_period_are_refused(client_with_key: Client) -> None:
    assert client_with_key.get("/api/v1/companies/events?type=split").status_code == 400
    assert client_with_key.get("/api/v1/companies/events?from=2024-03-02&to=2024-03-01").status_code == 400


def test_history_has_every_version_and_event_of_a_company(client_with_key: Client) -> None:
    answer = get(client_with_key, "7203/history")

    told = [(v["valid_from"], v["valid_until"], v["market_code"]) for v in answer["versions"]]
    assert told == [("2024-02-29", "2024-03-29", "0111"), ("2024-03-29", None, "0112")]
    assert [event["type"] for event in answer["events"]] == ["market_changed"]


def test_changes_compare_two_days(client_with_key: Client) -> None:
    answer = get(client_with_key, "changes?from=2024-03-01&to=2024-04-30")

    assert (answer["from"], answer["to"], answer["total"]) == ("2024-02-29", "2024-03-29", 4)
    assert [(c["code"], c["type"]) for c in answer["changes"]] == [
        ("1301", "changed"), ("130A", "listed"), ("7203", "changed"), ("9984", "delisted"),
    ]  # fmt: skip
    assert answer["changes"][2]["changes"] == {"market_code": ["0111", "0112"]}


def test_masters_are_listed_in_their_order(client_with_key: Client) -> None:
    assert get(client_with_key, "markets")["markets"][0] == {
        "code": "0111",
        "name": "プライム",
        "name_english": "Prime",
    }
    assert len(get(client_with_key, "markets")["markets"]) == 10
    assert len(get(client_with_key, "sectors?type=17")["sectors"]) == 18
    assert len(get(client_with_key, "sectors")["sectors"]) == 34


def test_a_company_nobody_knows_has_no_history(client_with_key: Client) -> None:
    answer = client_with_key.get("/api/v1/companies/0000/history")

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "COMPANY_NOT_FOUND")


def test_events_of_a_market(client_with_key: Client) -> None:
    assert [e["code"] for e in get(client_with_key, "events?market_code=0112,0113")["events"]] == ["130A", "7203"]


def test_pages_of_events_neither_repeat_nor_lose_one(client_with_key: Client) -> None:
    everything = get(client_with_key, "events?limit=1000")["events"]

    for limit in (1, 2, 3, len(everything)):
        pages = [
            get(client_with_key, f"events?limit={limit}&offset={offset}")
            for offset in range(0, len(everything) + 2, limit)
        ]
        assert [event for page in pages for event in page["events"]] == everything
        assert {page["total"] for page in pages} == {len(everything)}
    assert get(client_with_key, "events?code=9999")["total"] == 0


def test_an_issue_that_comes_back_as_it_was_is_relisted_and_was_away_in_between(client_with_key: Client) -> None:
    back = make_issue("9984", company_name="ソフトバンクグループ", sector17_code="10", sector33_code="5250")
    apply_snapshot(date(2024, 4, 30), [back], "jpx", force=True)

    answer = get(client_with_key, "9984/history")

    assert [(version["valid_from"], version["valid_until"]) for version in answer["versions"]] == [
        ("2024-02-29", "2024-03-29"),
        ("2024-04-30", None),
    ]
    assert {(event["type"], event["date"]) for event in answer["events"]} == {
        ("delisted", "2024-03-29"), ("relisted", "2024-04-30"),
    }  # fmt: skip
    assert get(client_with_key, "9984?as_of=2024-04-01")["error"]["code"] == "COMPANY_NOT_FOUND"


def test_pages_of_events_go_on_from_one_day_to_the_next(client_with_key: Client) -> None:
    apply_snapshot(date(2024, 4, 30), [make_issue("7203", company_name="トヨタ")], "jpx", force=True)
    everything = get(client_with_key, "events?limit=1000")["events"]
    assert [event["date"] for event in everything] == ["2024-04-30"] * 5 + ["2024-03-29"] * 4

    pages = [get(client_with_key, f"events?limit=2&offset={offset}")["events"] for offset in range(0, 10, 2)]

    assert [event for page in pages for event in page] == everything


def test_what_one_of_two_days_does_not_say_is_no_change_between_them(client_with_key: Client) -> None:
    """JPX knows of no margin classes: that J-Quants tells one is news of the same state."""
    toyota = make_issue("7203", company_name="トヨタ自動車", market_code="0113", margin_code="2")
    apply_snapshot(date(2024, 4, 30), [toyota], "jquants", force=True)

    changes = get(client_with_key, "changes?from=2024-03-29&to=2024-04-30")["changes"]

    assert [change["changes"] for change in changes if change["code"] == "7203"] == [{"market_code": ["0112", "0113"]}]
