"""The page of a delivery: what was said and what came of it; sent again or left out by hand, deleted by none."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sign_in.models import RecordedChange
from subscriptions.choices import DeliveryStatus
from subscriptions.models import Delivery, Destination
from tests.subscriptions.admin_pages import DELIVERIES, delivery_to, sign_in, text, webhook_of
from tests.subscriptions.destination_asking import statuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("private_receivers")]

WAITING, DELIVERED, SKIPPED = DeliveryStatus.WAITING, DeliveryStatus.DELIVERED, DeliveryStatus.SKIPPED


def test_a_delivery_tells_what_was_said_and_what_came_of_it(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    destination = webhook_of(user)
    delivery = delivery_to(destination, DELIVERED)
    page = text(client.get(f"{DELIVERIES}{delivery.pk}/change/"))

    assert delivery.webhook_id in page
    assert "送る JSON" in page
    assert "&quot;type&quot;: &quot;test&quot;" in page
    assert "1,234 ミリ秒" in page
    assert 'name="_save"' not in page


def test_one_is_sent_again_with_its_id_and_one_that_waits_is_left_out_after_asking(
    analyst: tuple[Client, User],
) -> None:
    client, user = analyst
    destination = webhook_of(user)
    sent, waiting = delivery_to(destination, DELIVERED), delivery_to(destination)
    client.post(f"{DELIVERIES}{sent.pk}/again/")
    asked = text(client.post(f"{DELIVERIES}{waiting.pk}/skip/"))
    waiting.refresh_from_db()
    before = waiting.status
    client.post(f"{DELIVERIES}{waiting.pk}/skip/", {"answer": "skip"})
    waiting.refresh_from_db()

    assert Delivery.objects.get(is_repeat=True).webhook_id == sent.webhook_id
    assert "1 件を送らないことにします。" in asked
    assert (before, waiting.status) == ("waiting", "skipped")
    assert [change.values for change in RecordedChange.objects.order_by("id")] == [
        {"再送した件数": [None, 1]},
        {"送らずに残した件数": [None, 1]},
    ]


@pytest.mark.parametrize("action", ["change", "again", "skip", "delete"])
def test_deliveries_are_their_owners_only(action: str) -> None:
    _, owner = sign_in("owner")
    delivery = delivery_to(webhook_of(owner))
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    answer = client.post(f"{DELIVERIES}{delivery.pk}/{action}/", {"answer": "skip", "post": "yes"})

    assert answer.status_code in (302, 403, 404)
    assert statuses(delivery.destination) == ["waiting"]
    assert list(client.get(DELIVERIES).context["cl"].result_list) == []


def test_deliveries_are_deleted_by_no_hand() -> None:
    client, user = sign_in("boss", "administrator")
    delivery = delivery_to(webhook_of(user), DELIVERED)
    page = text(client.get(f"{DELIVERIES}{delivery.pk}/change/"))

    assert f"{DELIVERIES}{delivery.pk}/delete/" not in page
    assert client.post(f"{DELIVERIES}{delivery.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Delivery.objects.count() == 1


def test_a_person_is_deleted_with_what_was_told_to_them(admin_client: Client) -> None:
    _, leaving = sign_in("leaving")
    delivery_to(webhook_of(leaving), DELIVERED)
    admin_client.post(f"/admin/auth/user/{leaving.pk}/delete/", {"post": "yes"})

    assert User.objects.filter(username="leaving").count() == 0
    assert (Destination.objects.count(), Delivery.objects.count()) == (0, 0)
