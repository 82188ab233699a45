"""Who is told nothing of what happens, and what of it is told later."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from api.keys import create_api_key
from subscriptions.deliveries.models import Delivery
from subscriptions.models import Destination
from subscriptions.outbox.entries import newest_number
from tests.subscriptions.told.followers import (
    NOON,
    apply_list,
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
