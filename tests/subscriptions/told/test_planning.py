"""What happened becomes messages, and each of them a delivery for who is to be told."""

from typing import Any

import pytest

from companies.ledger.withdrawals import withdraw_entry
from companies.models import ListingSnapshot
from subscriptions.deliveries.models import Delivery, Message
from subscriptions.models import Subscription
from subscriptions.outbox.entries import newest_number
from subscriptions.watching import make_watch_list
from tests.factories import make_codes, make_issue
from tests.subscriptions.told.followers import (
    apply_list,
    contents,
    days_ago,
    follow,
    make_destination,
    make_person,
    nissan,
    plan,
    told,
    toyota,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("list_of_last_week")]


def test_a_list_that_renames_an_issue_is_told() -> None:
    subscription = follow(make_person())
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())

    assert plan() == 1

    [content] = contents(subscription)
    assert {name: content[name] for name in ("type", "source", "date_in_force", "is_history", "part", "parts", "total")} == {
        "type": "listing_events", "source": "jpx", "date_in_force": days_ago(1).isoformat(), "is_history": False, "part": 1,
        "parts": 1, "total": 1,
    }  # fmt: skip
    assert content["notices"] == [
        {
            "kind": "renamed", "code": "7203", "company_name": "トヨタ", "market_code": "0111", "date": days_ago(1).isoformat(),
            "observed_after": days_ago(7).isoformat(), "old_value": "トヨタ自動車", "new_value": "トヨタ", "is_gone": False,
            "is_history": False,
        }
    ]  # fmt: skip


def test_what_was_told_is_not_told_again() -> None:
    subscription = follow(make_person())
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())

    assert [plan(), plan()] == [1, 0]
    subscription.refresh_from_db()
    assert (subscription.told_number, subscription.told_revision) == (newest_number(), 2)


def test_what_happened_before_the_subscription_is_no_news() -> None:
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())
    follow(make_person())

    assert plan() == 0


def test_what_is_told_to_many_is_stored_once() -> None:
    for name in ("a", "b", "c"):
        follow(make_person(name))
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())

    assert plan() == 3
    assert (Message.objects.count(), Delivery.objects.values("webhook_id").distinct().count()) == (1, 3)
    assert Subscription.objects.values("told_number").distinct().count() == 1


def test_who_follows_other_kinds_is_told_nothing() -> None:
    subscription = follow(make_person(), "delisted")
    apply_list(days_ago(1), toyota(company_name="トヨタ"))

    plan()

    assert told(subscription) == [("delisted", "7201")]


def test_a_list_taken_back_takes_back_what_was_told() -> None:
    subscription = follow(make_person())
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())
    plan()
    withdraw_entry(ListingSnapshot.objects.latest("pk").pk, reason="誤り", withdrawn_by="tester")
    plan()

    assert told(subscription) == [("renamed", "7203"), ("-renamed", "7203")]


def test_a_watch_list_narrows_what_is_told() -> None:
    owner = make_person()
    subscription = follow(owner, watch_list=make_watch_list(owner, "自動車", ["7201"]))
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan(company_name="日産"))

    plan()

    assert told(subscription) == [("renamed", "7201")]


@pytest.mark.parametrize(
    ("market", "expected"),
    [("0111", [("market_changed", "7203")]), ("0113", [("market_changed", "7203")]), ("0112", [])],
)
def test_markets_narrow_what_is_told_to_issues_that_are_or_were_there(market: str, expected: list[Any]) -> None:
    subscription = follow(make_person(), market_codes=[market])
    apply_list(days_ago(1), toyota(market_code="0113"), nissan())

    plan()

    assert told(subscription) == expected


def test_the_names_of_values_are_told_in_every_language() -> None:
    subscription = follow(make_person())
    apply_list(days_ago(1), toyota(market_code="0113"), nissan())

    plan()

    [notice] = contents(subscription)[0]["notices"]
    assert [notice[name] for name in ("old_value", "new_value", "old_names", "new_names")] == [
        "0111", "0113", {"ja": "プライム", "en": "Prime"}, {"ja": "グロース", "en": "Growth"},
    ]  # fmt: skip


@pytest.mark.parametrize(("age", "is_news"), [(45, True), (46, False)])
def test_what_happened_long_before_it_was_recorded_is_history(age: int, is_news: bool) -> None:
    owner = make_person()
    usual, all_of_it = follow(owner), follow(owner, includes_history=True)
    apply_list(days_ago(80), toyota(), nissan())
    plan()
    apply_list(days_ago(age), toyota(company_name="トヨタ"), nissan())
    plan()

    assert [one["is_history"] for one in contents(usual) if one["notices"][0]["new_value"] == "トヨタ"] == (
        [False] if is_news else []
    )
    assert [one["is_history"] for one in contents(all_of_it) if one["notices"][0]["new_value"] == "トヨタ"] == [
        not is_news
    ]


def test_where_something_came_about_gets_known_better_is_no_news() -> None:
    owner = make_person()
    usual, all_of_it = follow(owner), follow(owner, includes_history=True)
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())
    apply_list(days_ago(3), toyota(), nissan())

    plan()

    assert told(usual) == [("renamed", "7203")]
    assert told(all_of_it) == [("renamed", "7203"), ("-renamed", "7203"), ("renamed", "7203")]


def test_a_copy_is_told_of_each_revision_but_of_those_of_old_lists_only_if_it_asks() -> None:
    owner = make_person()
    usual, all_of_it = follow(owner, "revision"), follow(owner, "revision", includes_history=True)
    apply_list(days_ago(1), toyota(), nissan())
    apply_list(days_ago(400), toyota(), nissan())

    plan()

    assert [(one["type"], one["revision"], one["is_history"]) for one in contents(usual)] == [("revision", 2, False)]
    assert [(one["revision"], one["is_history"]) for one in contents(all_of_it)] == [(2, False), (3, True)]


def test_what_is_too_much_for_one_message_comes_in_parts() -> None:
    subscription = follow(make_person())
    apply_list(days_ago(1), *(make_issue(code) for code in make_codes(1201)))

    assert plan() == 3

    parts = contents(subscription)
    assert [(one["part"], one["parts"], one["total"], len(one["notices"])) for one in parts] == [
        (1, 3, 1203, 500), (2, 3, 1203, 500), (3, 3, 1203, 203),
    ]  # fmt: skip
    assert len(set(told(subscription))) == 1203


def test_deliveries_of_a_destination_come_in_the_order_of_what_happened() -> None:
    owner = make_person()
    destination = make_destination(owner)
    for kind in ("renamed", "revision", "market_changed"):
        follow(owner, kind, destination=destination)
    apply_list(days_ago(2), toyota(company_name="トヨタ", market_code="0112"), nissan())
    apply_list(days_ago(1), toyota(market_code="0112"), nissan(market_code="0112"))

    plan()

    assert [(one["revision"], one["type"]) for one in contents(destination=destination)] == [
        (2, "listing_events"), (2, "revision"), (2, "listing_events"), (3, "listing_events"), (3, "revision"),
        (3, "listing_events"),
    ]  # fmt: skip
