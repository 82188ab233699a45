"""What of a destination can be changed on its page: secrets and addresses, asked first and shown once; its name; that it is there at all."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from api.keys import create_api_key
from sign_in.models import RecordedChange
from subscriptions.choices import DeliveryStatus
from subscriptions.destinations.addresses import read_address
from subscriptions.destinations.feeds import find_feed, make_feed
from subscriptions.destinations.secrets import usable_secrets
from subscriptions.models import Delivery, Destination
from tests.subscriptions.admin_pages import DESTINATIONS, delivery_to, text, webhook_of
from tests.subscriptions.destination_asking import page_of, press

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("private_receivers")]
DELIVERED, SKIPPED = DeliveryStatus.DELIVERED, DeliveryStatus.SKIPPED


def test_a_new_secret_is_asked_for_first_shown_once_and_the_old_one_holds_a_day(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    destination = webhook_of(user)
    (old,) = usable_secrets(destination)
    asked = press(client, destination, "rotate")
    destination.refresh_from_db()
    before = usable_secrets(destination)
    answer = client.post(f"{DESTINATIONS}{destination.pk}/rotate/", {"answer": "renew"})
    destination.refresh_from_db()
    new, still = usable_secrets(destination)

    assert "24 時間は、新しい鍵と前の鍵の両方で署名します。" in asked
    assert before == [old]
    assert still == old
    assert new in text(answer)
    assert old not in text(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    assert new not in page_of(client, destination)
    change = RecordedChange.objects.get()
    assert (change.kind, change.values) == ("secret_changed", {})
    assert "一つ前の鍵は、すぐに使えなくなります。" in press(client, destination, "rotate")


def test_a_feeds_new_address_ends_the_old_one_after_it_was_said(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    feed, old = make_feed(owner=user, name="フィード")
    asked = press(client, feed, "rotate")
    still = find_feed(old)
    answer = text(client.post(f"{DESTINATIONS}{feed.pk}/rotate/", {"answer": "renew"}))

    assert "いまのアドレスはすぐに使えなくなり、元に戻せません。" in asked
    assert still == feed
    assert find_feed(old) is None
    assert "/feeds/" in answer
    assert old not in answer


def test_another_address_is_taken_with_what_waits(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    destination = webhook_of(user)
    form = text(client.get(f"{DESTINATIONS}{destination.pk}/address/"))
    wrong = press(client, destination, "address", url="nonsense")
    done = press(client, destination, "address", url="http://127.0.0.1:1/other-secret")
    destination.refresh_from_db()

    assert "very-secret-path" not in form
    assert "https://" in wrong
    assert "宛先を変えました。" in done
    assert "other-secret" not in done
    assert read_address(destination) == "http://127.0.0.1:1/other-secret"
    change = RecordedChange.objects.get()
    assert (change.kind, "secret" in str(change.values)) == ("secret_changed", False)


def range_of(days: int) -> dict[str, str]:
    now = timezone.localtime() + timedelta(hours=1)
    since = now - timedelta(days=days)
    return {
        "since_0": f"{since:%Y-%m-%d}",
        "since_1": f"{since:%H:%M}",
        "until_0": f"{now:%Y-%m-%d}",
        "until_1": f"{now:%H:%M}",
    }


def test_a_time_is_sent_again_after_it_was_said_how_many_that_are(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    destination = webhook_of(user)
    delivery_to(destination, DELIVERED, days_ago=9)
    kept = [delivery_to(destination, DELIVERED, days_ago=2), delivery_to(destination, SKIPPED, days_ago=1)]
    delivery_to(destination)
    asked = press(client, destination, "resend", **range_of(5))
    assert Delivery.objects.count() == 4
    done = press(client, destination, "resend", **range_of(5), answer="send")

    assert "2 件を、もう一度送ります。" in asked
    assert "2 件を再送する" in asked
    assert "2 件を送る列に入れました。" in done
    again = Delivery.objects.filter(is_repeat=True).order_by("id")
    assert [one.webhook_id for one in again] == [one.webhook_id for one in kept]
    assert RecordedChange.objects.get().values == {"再送した件数": [None, 2]}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "この項目は必須です。"),
        ({"since_0": "2024-03-29", "since_1": "10:00", "until_0": "2024-03-29", "until_1": "09:00"}, "終わりは、始まりより後にしてください。"),
        ({"since_0": "きのう", "since_1": "10:00", "until_0": "2024-03-29", "until_1": "09:00"}, "日付として読めません"),
        ({"since_0": "2024-03-28", "since_1": "10:00", "until_0": "2024-03-29", "until_1": "09:00"}, "この期間に送ったものはありません"),
    ],
)  # fmt: skip
def test_a_time_that_cannot_be_meant_is_said(analyst: tuple[Client, User], fields: dict[str, str], words: str) -> None:
    client, user = analyst
    destination = webhook_of(user)

    assert words in press(client, destination, "resend", **fields, answer="send")


def test_deleting_says_in_numbers_what_goes(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    destination = webhook_of(user, "受信")
    for _ in range(3):
        delivery_to(destination, DELIVERED)
    waiting = delivery_to(destination)
    asked = text(client.get(f"{DESTINATIONS}{destination.pk}/delete/"))
    still = Destination.objects.count()
    client.post(f"{DESTINATIONS}{destination.pk}/delete/", {"post": "yes"})

    assert "まだ送っていない通知 1 件（もう送りません）" in asked
    assert "配信: 4" in asked
    assert waiting.webhook_id not in asked
    assert still == 1
    assert (Destination.objects.count(), Delivery.objects.count()) == (0, 0)
    change = RecordedChange.objects.get()
    assert (change.kind, change.subject) == ("deleted", "受信")
    assert "very-secret-path" not in str(change.values)


def test_a_name_and_a_language_are_changed_and_written_down(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    destination = webhook_of(user, "前")
    client.post(f"{DESTINATIONS}{destination.pk}/change/", {"name": "後", "language": "en"})
    destination.refresh_from_db()

    assert (destination.name, destination.language) == ("後", "en")
    assert RecordedChange.objects.get().values == {"name": ["前", "後"], "language": ["ja", "en"]}


def test_one_that_a_key_made_says_so(analyst: tuple[Client, User], api_key_of: Any) -> None:
    client, user = analyst
    destination = webhook_of(user, "機械の", api_key=api_key_of(user, "夜間バッチ"))

    assert "API キー「夜間バッチ」" in text(client.get(DESTINATIONS))
    assert "API キー「夜間バッチ」" in page_of(client, destination)


@pytest.fixture
def api_key_of() -> Any:
    return lambda owner, name: create_api_key(name=name, scopes=["read"], created_by=owner)[0]
