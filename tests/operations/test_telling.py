"""How telling others stands, for the scraper and for people."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from api.models import ApiKey
from operations.stored_state import StoredState
from operations.telling import how_telling_stands
from subscriptions.choices import Channel, DestinationStatus, PauseReason
from subscriptions.models import Delivery, Destination, Message, OutboxEntry, Subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return User.objects.create_user("owner", is_staff=True)


def make_destination(owner: User, name: str, **fields: Any) -> Destination:
    return Destination.objects.create(owner=owner, name=name, channel=Channel.WEBHOOK, **fields)


def make_waiting(destination: Destination, *, seconds: float, **fields: Any) -> Delivery:
    at = timezone.now() - timedelta(seconds=seconds)
    message = Message.objects.create(type="test", content={}, sha256="0" * 64, notice_count=0)
    return Delivery.objects.create(
        webhook_id=f"msg_{message.pk}", destination=destination, message=message, created_at=at, **fields
    )


def make_entry(number: int | None, *, seconds: float) -> None:
    OutboxEntry.objects.create(number=number, kind="revision", occurred_at=timezone.now() - timedelta(seconds=seconds))


def make_subscription(destination: Destination, told_number: int, **fields: Any) -> None:
    Subscription.objects.create(
        owner=destination.owner, name=f"{told_number}", destination=destination, kinds=["revision"], told_number=told_number,
        told_revision=0, **fields,
    )  # fmt: skip


def scraped() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    registry = CollectorRegistry()
    registry.register(StoredState())
    families = text_string_to_metric_families(generate_latest(registry).decode())
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def test_where_nothing_is_set_up_everything_is_there_with_nought() -> None:
    found = scraped()

    statuses = {labels: value for (name, labels), value in found.items() if name == "destinations"}
    assert {dict(labels)["status"] for labels in statuses} == set(DestinationStatus.values)
    assert set(statuses.values()) == {0}
    names = ("deliveries_waiting", "delivery_waiting_seconds", "outbox_unplanned_seconds", "destinations_failing")
    assert [found[name, ()] for name in names] == [0, 0, 0, 0]


def test_behind_is_what_waits_for_a_destination_that_takes_what_it_is_sent(owner: User) -> None:
    well = make_destination(owner, "well")
    failing = make_destination(owner, "failing", failing_since=timezone.now(), failures=3)
    paused = make_destination(owner, "paused", status=DestinationStatus.PAUSED, status_reason=PauseReason.KEEPS_FAILING)
    for destination, seconds in ((well, 50), (well, 70), (failing, 5000), (paused, 90_000)):
        make_waiting(destination, seconds=seconds)
    make_waiting(well, seconds=9_000, status="delivered", ended_at=timezone.now())
    found = scraped()

    assert found["deliveries_waiting", ()] == 4
    assert 70 <= found["delivery_waiting_seconds", ()] < 170
    assert found["destinations_failing", ()] == 1
    assert found["destinations", (("reason", ""), ("status", "active"))] == 2
    assert found["destinations", (("reason", "keeps_failing"), ("status", "paused"))] == 1
    assert found["destinations", (("reason", "by_person"), ("status", "paused"))] == 0


def test_what_is_held_back_because_its_person_or_key_is_not_good_is_not_behind(owner: User) -> None:
    gone = User.objects.create_user("gone", is_staff=True, is_active=False)
    past, future = timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1)
    keys = [
        ApiKey.objects.create(name=f"{place}", prefix="mg_", key_hash=f"{place}", scopes=["subscribe"], **ending)
        for place, ending in enumerate(({"revoked_at": past}, {"expires_at": past}, {"expires_at": future}))
    ]
    make_waiting(make_destination(gone, "gone"), seconds=9_000)
    for key, seconds in zip(keys, (8_000, 7_000, 300), strict=True):
        make_waiting(make_destination(owner, key.name, api_key=key), seconds=seconds)
    telling = how_telling_stands()

    assert telling.waiting == 4
    assert 300 <= telling.waiting_seconds < 400


def test_unplanned_is_what_has_no_number_and_what_somebody_who_is_told_at_once_has_not_come_to(owner: User) -> None:
    well = make_destination(owner, "well")
    make_subscription(well, 2)
    make_subscription(well, 1, timing="daily", digest_time="18:00")
    make_subscription(well, 0, is_active=False)
    make_entry(1, seconds=900)
    make_entry(2, seconds=600)
    assert how_telling_stands().unplanned_seconds == 0

    make_entry(3, seconds=300)
    assert 300 <= how_telling_stands().unplanned_seconds < 400
    make_entry(None, seconds=500)
    assert 500 <= how_telling_stands().unplanned_seconds < 600


def test_without_a_subscription_what_has_a_number_is_planned() -> None:
    make_entry(1, seconds=900)
    assert how_telling_stands().unplanned_seconds == 0

    make_entry(None, seconds=30)
    assert 30 <= how_telling_stands().unplanned_seconds < 130


@pytest.mark.parametrize(("seconds", "words"), [(550, "正常"), (601, "遅れ")])
def test_people_see_what_waits_and_when_it_is_late(
    owner: User, admin_client: Client, seconds: float, words: str
) -> None:
    make_waiting(make_destination(owner, "well"), seconds=seconds)
    make_destination(owner, "paused", status=DestinationStatus.PAUSED, status_reason=PauseReason.BY_PERSON)
    page = admin_client.get("/admin/operations/parts/").content.decode()
    row = page[page.index("通知の配信") :].partition("</tr>")[0]

    assert words in row
    assert "送信待ち 1 件" in row
    assert "停止中の通知先 1 件" in row
    assert "送れていない" not in row
