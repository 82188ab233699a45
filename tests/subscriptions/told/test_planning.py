"""What happened becomes messages, and each of them a delivery for who is to be told."""

import pytest

from subscriptions.deliveries.models import Delivery, Message
from subscriptions.models import Subscription
from subscriptions.outbox.entries import newest_number
from tests.subscriptions.told.followers import (
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
