"""Who oversees destinations sees whose, how, at which host and in which state, and nothing of what is told there; and may stop any."""

from typing import Any

import pytest
from django.test import Client

from sign_in.models import RecordedChange
from subscriptions.choices import DeliveryStatus
from subscriptions.models import Destination
from tests.subscriptions.admin_pages import DELIVERIES, DESTINATIONS, delivery_to, sign_in, text, webhook_of

pytestmark = pytest.mark.django_db
ALL = f"{DESTINATIONS}all/"


@pytest.fixture
def boss(settings: Any) -> Client:
    settings.ALLOW_PRIVATE_RECEIVERS = True
    return sign_in("boss", "administrator")[0]


@pytest.fixture
def theirs(boss: Client) -> Destination:
    _, owner = sign_in("someone")
    destination = webhook_of(owner, "外の受信")
    delivery_to(destination)
    delivery_to(destination, DeliveryStatus.DELIVERED)
    return destination


def test_all_are_listed_with_their_host_and_no_more(boss: Client, theirs: Destination) -> None:
    page = text(boss.get(ALL))

    assert all(words in page for words in ("someone", "外の受信", "Webhook", "127.0.0.1", "有効"))
    assert "very-secret-path" not in page
    assert "テスト送信" not in page
    assert f'href="{ALL}"' in text(boss.get(DESTINATIONS))
    assert "外の受信" not in text(boss.get(DESTINATIONS))
    delivery = theirs.deliveries.first()
    assert delivery is not None
    assert boss.get(f"{DELIVERIES}{delivery.pk}/change/").status_code == 302


@pytest.mark.parametrize("role", ["analyst", "operator"])
def test_others_are_refused(role: str, theirs: Destination) -> None:
    client, _ = sign_in("one", role)

    assert client.get(ALL).status_code == 403
    assert client.post(f"{ALL}{theirs.pk}/stop/", {"answer": "stop"}).status_code == 403
    assert f'href="{ALL}"' not in text(client.get(DESTINATIONS))
    theirs.refresh_from_db()
    assert theirs.status == "active"


def test_one_is_stopped_after_asking_and_it_is_written_down(boss: Client, theirs: Destination) -> None:
    asked = text(boss.get(f"{ALL}{theirs.pk}/stop/"))
    boss.post(f"{ALL}{theirs.pk}/stop/")
    theirs.refresh_from_db()
    before = theirs.status
    done = text(boss.post(f"{ALL}{theirs.pk}/stop/", {"answer": "stop"}, follow=True))
    theirs.refresh_from_db()

    assert "someone さんの通知先「外の受信」への送信を止めます。" in asked
    assert (before, theirs.status, theirs.status_reason) == ("active", "paused", "by_person")
    assert "通知先「外の受信」を停止しました。" in done
    change = RecordedChange.objects.get()
    assert (change.person, change.kind, change.subject, change.values) == (
        "boss", "changed", "外の受信 (someone)", {"status": ["active", "paused"]},
    )  # fmt: skip
    assert "すでに停止しています。" in text(boss.get(f"{ALL}{theirs.pk}/stop/", follow=True))


@pytest.mark.parametrize(
    ("query", "count"),
    [("?q=someone", 1), ("?q=外の", 1), ("?q=だれか", 0), ("?status=active", 1), ("?status=paused", 0)],
)
def test_they_are_narrowed_down(boss: Client, theirs: Destination, query: str, count: int) -> None:
    assert boss.get(f"{ALL}{query}").context["total"] == count


@pytest.mark.parametrize("query", ["?e=1", "?status=x", "?p=x", "?q=%00"])
def test_what_cannot_be_read_shows_nothing(boss: Client, theirs: Destination, query: str) -> None:
    page = boss.get(f"{ALL}{query}")

    assert page.context["total"] == 0
    assert "読めない条件があるため、何も表示していません。" in text(page)
