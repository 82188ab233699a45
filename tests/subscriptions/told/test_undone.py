"""A ledger that went back: nobody is told of what is undone, and nobody anything twice."""

import pytest
from django.utils import timezone

from companies.rewind.rewinding import rewind_ledger
from subscriptions.deliveries.models import Delivery
from subscriptions.models import Subscription, WatchList
from subscriptions.outbox.entries import newest_number, number_new_entries
from subscriptions.told.undone import UndoneTelling, undo_telling
from tests.subscriptions.told.followers import apply_list, days_ago, follow, make_person, nissan, plan, told, toyota
from tests.subscriptions.told.test_views import make_view

pytestmark = pytest.mark.django_db


@pytest.fixture
def follower() -> Subscription:
    """Told of a renaming by revision 2."""
    subscription = follow(make_person(), includes_history=True)
    apply_list(days_ago(7), toyota(), nissan())
    apply_list(days_ago(5), toyota(company_name="トヨタ"), nissan())
    plan()
    Delivery.objects.update(status="delivered", ended_at=timezone.now())
    return subscription


def go_back(number: int) -> UndoneTelling:
    rewind_ledger(number)
    return undo_telling(number)


def statuses() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("status", flat=True))


def test_what_was_not_told_yet_is_not_told_any_more(follower: Subscription) -> None:
    before = told(follower)
    apply_list(days_ago(3), toyota(company_name="トヨタ"))

    assert go_back(2) == UndoneTelling(entries=1, deliveries=0)
    assert (plan(), told(follower)) == (0, before)
    # What comes under the same number is told.
    apply_list(days_ago(2), toyota(company_name="トヨタ"), nissan(company_name="日産"))
    plan()
    assert told(follower) == [*before, ("renamed", "7201")]


def test_a_message_that_waits_is_not_sent_and_what_was_sent_stays(follower: Subscription) -> None:
    apply_list(days_ago(3), toyota(company_name="トヨタ"))
    plan()
    assert statuses() == ["delivered", "waiting"]

    assert go_back(2) == UndoneTelling(entries=1, deliveries=1)
    assert statuses() == ["delivered", "skipped"]
    follower.refresh_from_db()
    assert follower.told_revision == 2


def test_nothing_is_told_a_second_time_and_numbers_go_on(follower: Subscription) -> None:
    apply_list(days_ago(3), toyota(company_name="トヨタ"))
    plan()
    newest = newest_number()
    go_back(2)

    apply_list(days_ago(3), toyota(company_name="トヨタ"))
    number_new_entries()
    plan()

    # Sent, skipped, and what happened once more: that is news to whoever was told that it is undone by the new epoch.
    assert told(follower) == [("renamed", "7203"), ("delisted", "7201"), ("delisted", "7201")]
    assert newest_number() == newest + 1


def test_who_follows_a_view_is_told_what_moves_from_the_revision_on() -> None:
    person = make_person()
    apply_list(days_ago(7), toyota(), nissan())
    subscription = follow(person, "view_entered", "view_left", saved_view=make_view(person))
    apply_list(days_ago(3), toyota())
    plan()
    assert told(subscription) == [("view_left", "7201")]
    Delivery.objects.update(status="delivered", ended_at=timezone.now())

    go_back(1)
    assert (plan(), told(subscription)) == (0, [("view_left", "7201")])
    apply_list(days_ago(2), nissan())
    plan()
    assert told(subscription)[1:] == [("view_left", "7203")]


def test_what_a_person_has_seen_is_no_later_than_the_revision(follower: Subscription) -> None:
    apply_list(days_ago(3), toyota(company_name="トヨタ"))
    seen = WatchList.objects.create(owner=follower.owner, name="一覧", seen_revision=3)

    go_back(2)

    seen.refresh_from_db()
    assert seen.seen_revision == 2
