"""What comes into a saved view, what goes out of it, and what happens to what is in it: as its page shows it."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from companies.ledger.withdrawals import withdraw_entry
from companies.models import ListingSnapshot
from masters.models import Market
from subscriptions.models import SavedView, Subscription
from subscriptions.outbox.entries import number_new_entries, record_entry
from subscriptions.told.deciding import MOST_NUMBERS, Deciding
from subscriptions.told.planning import plan_deliveries
from subscriptions.told.subscribing import change_subscription
from subscriptions.told.view_members import find_view_members
from tests.subscriptions.told.followers import (
    EVENTS,
    apply_list,
    contents,
    days_ago,
    follow,
    make_person,
    nissan,
    plan,
    told,
    toyota,
)

pytestmark = pytest.mark.django_db
MOVES = ("view_entered", "view_left")


@pytest.fixture(autouse=True)
def ledger() -> None:
    """A list of last week: both in Prime."""
    apply_list(days_ago(7), toyota(), nissan())


def make_view(owner: User, query: str = "market=0111", **fields: Any) -> SavedView:
    values: dict[str, Any] = {"name": "プライム", "page": "companies_company", **fields}
    view: SavedView = SavedView.objects.create(owner=owner, query=query, **values)
    return view


def refreshed(subscription: Subscription) -> Subscription:
    subscription.refresh_from_db()
    return subscription


@pytest.mark.parametrize(
    "query",
    ["market=0111", "market=0112", "", "q=7203", "listed=all&market=0111&market=0112", "o=-1", "scale=TOPIX+Core30"],
)
def test_a_view_shows_what_its_page_shows(query: str) -> None:
    apply_list(days_ago(1), toyota(market_code="0112"))
    owner = make_person()
    client = Client()
    client.force_login(owner)

    page: Any = client.get(f"/admin/companies/company/?{query}")

    shown = sorted(company.code for company in page.context_data["cl"].result_list)
    assert find_view_members(make_view(owner, query), owner) == shown


def test_what_enters_and_leaves_a_view_is_told_with_what_happened_to_it() -> None:
    owner = make_person()
    subscription = follow(owner, *MOVES, "market_changed", "renamed", saved_view=make_view(owner))
    apply_list(days_ago(3), toyota(market_code="0112"), nissan())
    plan()
    apply_list(days_ago(2), toyota(market_code="0112", company_name="トヨタ"), nissan())
    plan()
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())
    plan()

    assert [sorted((one["kind"], one["code"]) for one in content["notices"]) for content in contents(subscription)] == [
        [("market_changed", "7203"), ("view_left", "7203")], [("market_changed", "7203"), ("view_entered", "7203")],
    ]  # fmt: skip
    [left] = [one for one in contents(subscription)[0]["notices"] if one["kind"] == "view_left"]
    assert left == {
        "kind": "view_left", "code": "7203", "company_name": "トヨタ自動車", "market_code": "0112",
        "date": days_ago(3).isoformat(), "observed_after": None, "old_value": None, "new_value": None,
        "saved_view": "プライム", "is_gone": False, "is_history": False,
    }  # fmt: skip
    assert [(one["type"], one["saved_view"]) for one in contents(subscription)] == [("saved_view", "プライム")] * 2
    assert refreshed(subscription).view_members == ["7201", "7203"]


def test_a_list_that_changes_nothing_of_a_view_tells_nothing() -> None:
    owner = make_person()
    follow(owner, *MOVES, saved_view=make_view(owner))
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())

    assert plan() == 0


def test_an_old_list_that_is_filled_in_moves_nothing() -> None:
    owner = make_person()
    follow(owner, *MOVES, saved_view=make_view(owner))
    apply_list(days_ago(100), toyota(market_code="0112"))

    assert plan() == 0


def test_what_the_first_list_of_all_shows_did_not_enter() -> None:
    owner = make_person()
    view = make_view(owner, "q=9999")
    subscription = follow(owner, *MOVES, saved_view=view)
    Subscription.objects.update(told_revision=0, view_members=[])
    SavedView.objects.update(query="market=0111")
    apply_list(days_ago(1), toyota(), nissan())

    assert plan() == 0
    assert refreshed(subscription).view_members == ["7201", "7203"]


def test_lists_of_years_ago_brought_in_one_after_the_other_move_a_view_silently() -> None:
    owner = make_person()
    usual = follow(owner, *MOVES, saved_view=make_view(owner))
    all_of_it = follow(owner, *MOVES, saved_view=usual.saved_view, includes_history=True)
    # As if the newest list were one of last year.
    from_last_year()
    plan()

    assert told(usual) == []
    assert told(all_of_it) == [("view_left", "7201"), ("view_left", "7203")]
    assert [one["is_history"] for one in contents(all_of_it)] == [True]
    assert refreshed(usual).view_members == refreshed(all_of_it).view_members == []


def from_last_year() -> None:
    apply_list(days_ago(401), toyota(), nissan())
    apply_list(days_ago(400), toyota(market_code="0112"), nissan(market_code="0112"))
    withdraw_entry(ListingSnapshot.objects.get(date_in_force=days_ago(7)).pk, reason="誤り", withdrawn_by="tester")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (Market.objects.filter(code="0113").delete, "view_unreadable"),
        (lambda: SavedView.objects.update(query="market=9999"), "view_unreadable"),
        (User.groups.through.objects.filter(user__username="follower").delete, "rights_lost"),
        (lambda: SavedView.objects.update(is_shared=False), "view_not_shared"),
    ],
)
def test_a_view_that_cannot_be_read_any_more_ends_its_subscription_is_told_once_and_stops_nobody(
    broken: Callable[[], object], reason: str
) -> None:
    follower, other = make_person("follower"), make_person("other")
    view = make_view(make_person("maker"), "market=0113", is_shared=True)
    subscription, fine = follow(follower, *MOVES, saved_view=view), follow(other)
    broken()
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())

    plan()
    apply_list(days_ago(0), toyota(company_name="トヨタ自"), nissan())
    plan()

    assert told(fine) == [("renamed", "7203"), ("renamed", "7203")]
    [content] = contents(subscription)
    assert (content["type"], content["notices"][0]["kind"], content["notices"][0]["reason"]) == (
        "operation", "subscription_ended", reason,
    )  # fmt: skip
    assert (refreshed(subscription).is_active, subscription.inactive_reason) == (False, reason)


def test_who_begins_again_begins_with_what_the_view_shows_then() -> None:
    owner = make_person()
    subscription = follow(owner, *MOVES, *EVENTS, saved_view=make_view(owner))
    change_subscription(subscription, is_active=False)
    assert refreshed(subscription).inactive_reason == "by_person"
    apply_list(days_ago(2), toyota(market_code="0112"), nissan())
    plan()
    change_subscription(subscription, is_active=True)
    assert (refreshed(subscription).inactive_reason, subscription.view_members) == ("", ["7201"])

    assert plan() == 0
    apply_list(days_ago(1), toyota(), nissan())
    plan()
    assert told(subscription) == [("view_entered", "7203"), ("market_changed", "7203")]


def test_views_and_digests_wait_until_nothing_is_behind_them() -> None:
    """A view shows the newest state alone: what it shows is not of what is planned in the midst of a backlog."""
    owner = make_person()
    follow(owner)
    moved = follow(owner, *MOVES, saved_view=make_view(owner))
    daily = follow(owner, timing="daily", digest_time=time(8))
    for _ in range(MOST_NUMBERS):
        record_entry("proof_failed")
    apply_list(days_ago(1), toyota(market_code="0112"), nissan())
    at = timezone.now() + timedelta(days=1)

    plan_deliveries(at)
    assert [refreshed(one).told_number for one in (moved, daily)] == [1, 1]
    assert plan(at) == 3
    assert [told(one) for one in (moved, daily)] == [[("view_left", "7203")], [("market_changed", "7203")]]


def test_a_view_is_not_looked_at_while_a_revision_that_it_shows_has_no_number() -> None:
    owner = make_person()
    at_once, moved = follow(owner), follow(owner, *MOVES, saved_view=make_view(owner))
    apply_list(days_ago(2), toyota(company_name="トヨタ"), nissan())
    number_new_entries()
    apply_list(days_ago(1), toyota(company_name="トヨタ", market_code="0112"), nissan())

    decided = Deciding(timezone.now()).decide()

    assert decided.is_torn
    assert [one.subscription_id for one in decided.decisions] == [at_once.pk]
    plan()
    assert told(moved) == [("view_left", "7203")]


def test_who_shares_a_view_with_many_has_it_looked_at_once(django_assert_max_num_queries: Any) -> None:
    owner = make_person()
    view = make_view(owner, is_shared=True)
    for number in range(20):
        follow(make_person(f"follower {number}"), *MOVES, saved_view=view)
    apply_list(days_ago(1), toyota(market_code="0112"), nissan())

    # As for one: reading the revision and the view, five rights and names, what is written.
    with django_assert_max_num_queries(75):
        assert plan_deliveries(timezone.now()) == 20
