"""A ledger that went back while a digest, or what moved in a view, waited to be sent: what still stands is told, once, and nothing else."""

from datetime import time

import pytest
from django.utils import timezone

from companies.rewind.rewinding import rewind_ledger
from subscriptions.choices import NoticeKind
from subscriptions.deliveries.models import Delivery
from subscriptions.models import Subscription
from subscriptions.outbox.entries import record_entry
from subscriptions.told.undone import UndoneTelling, undo_telling
from tests.factories import make_issue
from tests.subscriptions.told.followers import (
    EVENTS,
    apply_list,
    contents,
    days_ago,
    follow,
    make_person,
    nissan,
    plan,
    toyota,
)
from tests.subscriptions.told.test_views import make_view

pytestmark = pytest.mark.django_db

RENAMED, LEFT = ("renamed", "7203"), ("delisted", "7201")


@pytest.fixture
def daily() -> Subscription:
    """To be told once a day; of nothing yet."""
    apply_list(days_ago(7), toyota(), nissan())
    return follow(
        make_person("admin", role="administrator"), *EVENTS, "list_too_old", timing="daily", digest_time=time(8)
    )


def rename_toyota() -> None:
    apply_list(days_ago(5), toyota(company_name="トヨタ"), nissan())


def delist_nissan() -> None:
    apply_list(days_ago(3), toyota(company_name="トヨタ"))


def plan_digest(subscription: Subscription) -> int:
    subscription.refresh_from_db()
    assert subscription.digest_due_at is not None
    return plan(subscription.digest_due_at)


def go_back(number: int) -> UndoneTelling:
    rewind_ledger(number)
    return undo_telling(number)


def sent(subscription: Subscription) -> list[list[tuple[str, str]]]:
    """What reaches the receiver, message by message: what is not skipped."""
    found = [*contents(subscription, status="delivered"), *contents(subscription, status="waiting")]
    return [[(notice["kind"], notice.get("code", "")) for notice in content["notices"]] for content in found]


def deliver() -> None:
    Delivery.objects.filter(status="waiting").update(status="delivered", ended_at=timezone.now())


def test_of_a_digest_that_waits_what_still_stands_is_told_at_once_and_once(daily: Subscription) -> None:
    rename_toyota()
    delist_nissan()
    plan_digest(daily)
    assert sent(daily) == [[RENAMED, LEFT]]

    assert go_back(2) == UndoneTelling(entries=1, deliveries=1, digests=1)
    assert sent(daily) == []
    plan()

    assert sent(daily) == [[RENAMED]]
    assert contents(daily, status="waiting")[0]["revision"] == 2
    deliver()
    daily.refresh_from_db()
    assert daily.told_revision == 2
    assert plan_digest(daily) == 0


def test_what_comes_under_the_number_that_was_undone_is_in_the_next_digest(daily: Subscription) -> None:
    rename_toyota()
    delist_nissan()
    plan_digest(daily)
    go_back(2)
    plan()
    deliver()

    apply_list(days_ago(2), toyota(company_name="トヨタ"), nissan(company_name="日産"))
    plan_digest(daily)

    assert sent(daily) == [[RENAMED], [("renamed", "7201")]]


def test_a_digest_of_which_nothing_stands_is_not_sent(daily: Subscription) -> None:
    rename_toyota()
    plan_digest(daily)

    go_back(1)
    plan()

    assert sent(daily) == []


def test_two_digests_that_wait_become_one_and_what_is_of_no_list_is_in_it(daily: Subscription) -> None:
    rename_toyota()
    delist_nissan()
    plan_digest(daily)
    record_entry(NoticeKind.LIST_TOO_OLD, subject={"name": "一覧"}, occurrence="a list")
    plan_digest(daily)
    assert len(sent(daily)) == 2

    assert go_back(2) == UndoneTelling(entries=1, deliveries=2, digests=1)
    plan()

    [together] = sent(daily)
    assert (RENAMED in together, LEFT in together, len(together)) == (True, False, 2)


def test_one_that_waits_and_has_nothing_undone_stays_as_it_is(daily: Subscription) -> None:
    rename_toyota()
    plan_digest(daily)
    [before] = Delivery.objects.values_list("pk", "webhook_id")
    delist_nissan()
    plan_digest(daily)

    go_back(2)
    plan()

    assert list(Delivery.objects.filter(status="waiting").values_list("pk", "webhook_id")) == [before]
    assert sent(daily) == [[RENAMED]]


def test_what_reached_its_receiver_in_part_is_not_told_again(daily: Subscription) -> None:
    rename_toyota()
    delist_nissan()
    plan_digest(daily)
    first = Delivery.objects.get()
    deliver()
    # The second part of the same message waits.
    Delivery.objects.create(
        webhook_id="msg_2", destination=daily.destination, subscription=daily, message=first.message
    )

    assert go_back(2) == UndoneTelling(entries=1, deliveries=1, digests=0)
    plan()

    assert sent(daily) == [[RENAMED, LEFT]]


def test_who_is_told_at_once_by_now_is_told_nothing_twice(daily: Subscription) -> None:
    rename_toyota()
    delist_nissan()
    plan_digest(daily)
    Subscription.objects.update(timing="at_once", digest_due_at=None)

    assert go_back(2) == UndoneTelling(entries=1, deliveries=1, digests=0)
    assert (plan(), sent(daily)) == (0, [])


@pytest.mark.parametrize("timing", ["daily", "at_once"])
def test_what_moved_in_a_view_and_still_stands_is_told(timing: str) -> None:
    person = make_person()
    apply_list(days_ago(7), toyota(), nissan())
    choice = {"timing": timing} | ({"digest_time": time(8)} if timing == "daily" else {})
    follower = follow(person, "view_entered", "view_left", saved_view=make_view(person), **choice)
    apply_list(days_ago(5), toyota())
    apply_list(days_ago(3), toyota(), make_issue("7267"))
    follower.refresh_from_db()
    plan(follower.digest_due_at)
    [waiting] = sent(follower)
    assert sorted(waiting) == [("view_entered", "7267"), ("view_left", "7201")]

    go_back(2)
    plan()
    # Who is told at once is told with the next revision.
    apply_list(days_ago(2), toyota(company_name="トヨタ"))
    plan()

    assert sent(follower) == [[("view_left", "7201")]]
