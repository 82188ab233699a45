"""What happened becomes messages, and each of them a delivery for who is to be told."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from api.keys import create_api_key
from companies.ledger.withdrawals import withdraw_entry
from companies.models import LedgerRevision, ListingSnapshot
from subscriptions.choices import LISTING_KINDS
from subscriptions.deliveries.models import Delivery, Message
from subscriptions.models import Destination, Subscription
from subscriptions.outbox.entries import newest_number, number_new_entries, record_entry
from subscriptions.told.deciding import MOST_NUMBERS, Deciding
from subscriptions.told.planning import plan_deliveries, write_plan
from subscriptions.told.subscribing import change_subscription
from subscriptions.watching import make_watch_list
from tests.factories import make_codes, make_issue
from tests.subscriptions.told.followers import (
    NOON,
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

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ledger() -> None:
    """A list of last week."""
    apply_list(days_ago(7), toyota(), nissan())


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


@pytest.mark.parametrize("status", ["unconfirmed", "ended"])
def test_what_happens_while_nothing_can_be_sent_is_not_told_later(status: str) -> None:
    subscription = follow(make_person())
    Destination.objects.update(status=status)
    apply_list(days_ago(2), toyota(company_name="トヨタ"), nissan())
    assert plan() == 0

    Destination.objects.update(status="active")
    apply_list(days_ago(1), toyota(company_name="トヨタ"))
    plan()
    assert told(subscription) == [("delisted", "7201")]
    subscription.refresh_from_db()
    assert (subscription.told_number, subscription.told_revision) == (newest_number(), 3)


def test_for_a_paused_destination_it_waits() -> None:
    subscription = follow(make_person())
    Destination.objects.update(status="paused")
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())

    assert plan() == 1
    assert Delivery.objects.get(subscription=subscription).status == "waiting"


def test_who_may_not_sign_in_is_told_nothing() -> None:
    owner = make_person()
    follow(owner)
    follow(owner, timing="daily", digest_time=time(8))
    User.objects.update(is_active=False)
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())

    assert plan() == 0
    User.objects.update(is_active=True)
    assert plan(timezone.now() + timedelta(days=2)) == 0


def test_who_may_see_no_companies_any_more_is_told_of_none() -> None:
    owner = make_person()
    follow(owner)
    owner.groups.clear()
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())

    assert plan() == 0


def test_what_a_revoked_or_expired_key_asked_for_is_not_told() -> None:
    owner = make_person()
    for name, ending in (("good", {}), ("revoked", {"revoked_at": NOON}), ("expired", {"expires_at": NOON})):
        key, _ = create_api_key(name=name, scopes=["read"])
        destination = make_destination(owner, name, api_key=key)
        follow(owner, destination=destination, api_key=key, name=name)
        type(key).objects.filter(pk=key.pk).update(**ending)
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())

    plan()

    assert list(Delivery.objects.values_list("destination__name", flat=True)) == ["good"]


@pytest.mark.parametrize(("ending", "expected"), [({}, 1), ({"revoked_at": NOON}, 0), ({"expires_at": NOON}, 0)])
@pytest.mark.parametrize("timing", ["at_once", "daily"])
def test_what_a_person_asked_for_is_not_told_at_a_place_whose_key_ended(
    timing: str, ending: dict[str, Any], expected: int
) -> None:
    owner = make_person()
    key, _ = create_api_key(name="key", scopes=["read"])
    digest = {"timing": timing, "digest_time": time(8)} if timing == "daily" else {}
    subscription = follow(owner, destination=make_destination(owner, api_key=key), **digest)
    type(key).objects.filter(pk=key.pk).update(**ending)
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())

    assert plan() == (expected if timing == "at_once" else 0)
    # Passed by, not waiting.
    subscription.refresh_from_db()
    assert (subscription.told_number == newest_number()) == (timing == "at_once" or not expected)
    type(key).objects.update(revoked_at=None, expires_at=None)
    assert plan(timezone.now() + timedelta(days=2)) == (expected if timing == "daily" else 0)


def test_a_subscription_that_moved_meanwhile_is_left_alone() -> None:
    """Another planner, or its owner, was quicker."""
    subscription = follow(make_person())
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())
    number_new_entries()
    decided = Deciding(timezone.now()).decide()
    assert plan() == 1

    assert write_plan(decided, timezone.now()) == 0
    assert len(contents(subscription)) == 1


CHANGES: dict[str, Callable[[Subscription], dict[str, Any]]] = {
    "destination": lambda one: {"destination": make_destination(one.owner, "ほか")},
    "kinds": lambda _: {"kinds": ["delisted"]},
    "watch_list": lambda one: {"watch_list": make_watch_list(one.owner, "自動車", ["7201"])},
    "market_codes": lambda _: {"market_codes": ["0113"]},
    "includes_history": lambda _: {"includes_history": True},
    "timing": lambda _: {"timing": "daily", "digest_time": time(8)},
    "is_active": lambda _: {"is_active": False},
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_decided_of_a_subscription_that_its_owner_changed_meanwhile_is_decided_anew(what: str) -> None:
    subscription = follow(make_person())
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())
    number_new_entries()
    decided = Deciding(timezone.now()).decide()
    changed = change_subscription(subscription, **CHANGES[what](subscription))

    assert write_plan(decided, timezone.now()) == 0
    changed.refresh_from_db()
    assert (changed.told_number, Delivery.objects.count()) == (1, 0)
    plan()
    places = list(Delivery.objects.values_list("destination__name", flat=True))
    assert places == {"destination": ["ほか"], "includes_history": ["受信側 0"]}.get(what, [])


def test_a_time_that_the_owner_of_a_digest_changed_meanwhile_stays() -> None:
    subscription = follow(make_person(), timing="daily", digest_time=time(8))
    later = timezone.now() + timedelta(days=2)
    decided = Deciding(later).decide()
    due_at = change_subscription(subscription, digest_time=time(20)).digest_due_at

    write_plan(decided, later)

    subscription.refresh_from_db()
    assert (subscription.digest_time, subscription.digest_due_at) == (time(20), due_at)


def test_a_revision_that_cannot_be_read_says_so_and_holds_nobody_up() -> None:
    owner = make_person()
    events, runs = follow(owner), follow(make_person("operator", "operator"), "run_failed")
    apply_list(days_ago(2), toyota(company_name="トヨタ"), nissan())
    apply_list(days_ago(1), toyota(company_name="トヨタ"))
    # What the revision recorded is there, and it itself is not.
    LedgerRevision.objects.filter(number=2).delete()

    plan()

    assert told(events) == [("revision", ""), ("delisted", "7201")]
    assert contents(events)[0]["notices"][0]["is_unreadable"] is True
    assert told(runs) == []


def test_a_long_backlog_is_planned_in_bounded_steps() -> None:
    subscription = follow(make_person())
    for _ in range(MOST_NUMBERS + 10):
        record_entry("proof_failed")
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())

    assert plan_deliveries(timezone.now()) == 1
    subscription.refresh_from_db()
    assert (subscription.told_number, told(subscription)) == (1 + MOST_NUMBERS, [])
    assert plan_deliveries(timezone.now()) == 1
    assert told(subscription) == [("renamed", "7203")]
    assert plan_deliveries(timezone.now()) == 0


def test_an_empty_database_s_first_lists_and_a_backfill_of_years_send_nothing() -> None:
    subscription = follow(make_person(), *LISTING_KINDS, "revision")
    for years in range(1, 6):
        apply_list(days_ago(365 * years), toyota(company_name=f"トヨタ{years}"), nissan())

    plan()

    # What the list of last week turns out to have brought: it is of last week.
    assert {(one["type"], one["is_history"]) for one in contents(subscription)} <= {("listing_events", False)}
    assert {notice["date"] for one in contents(subscription) for notice in one["notices"]} <= {days_ago(7).isoformat()}
