"""What changes while it is planned, what cannot be read, and what is much: nobody is held up, and nothing is told twice."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from companies.models import LedgerRevision
from subscriptions.choices import LISTING_KINDS
from subscriptions.deliveries.models import Delivery
from subscriptions.models import Subscription
from subscriptions.outbox.entries import number_new_entries, record_entry
from subscriptions.told.deciding import MOST_NUMBERS, Deciding
from subscriptions.told.planning import plan_deliveries, write_plan
from subscriptions.told.subscribing import change_subscription
from subscriptions.watching import make_watch_list
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
