"""What tests of telling others have in common: people, destinations, messages that wait, and sending them."""

import hashlib
import json
from typing import Any

from django.contrib.auth.models import User

from subscriptions.choices import DeliveryStatus
from subscriptions.deliveries.dispatching import Dispatcher
from subscriptions.deliveries.models import Delivery, Message
from subscriptions.deliveries.webhook_ids import new_webhook_id
from subscriptions.destinations.making import make_webhook
from subscriptions.destinations.models import Destination


def make_person(name: str = "analyst", **fields: Any) -> User:
    found: User = User.objects.get_or_create(username=name, defaults={"is_staff": True, **fields})[0]
    return found


def make_hook(url: str, name: str = "受信", **fields: Any) -> tuple[Destination, str]:
    """A webhook of `analyst`, with its secret."""
    owner = fields.pop("owner", None) or make_person()
    return make_webhook(owner=owner, name=name, url=url, **fields)


def make_message(number: int = 1, **content: Any) -> Message:
    """Of one revision, with nothing in it."""
    told = {
        "type": "listing_events", "revision": number, "recorded_at": "2024-03-29T08:00:00+00:00", "source": "jpx",
        "date_in_force": "2024-03-29", "is_history": False, "epoch": "e", "part": 1, "parts": 1, "total": 0, "notices": [], **content,
    }  # fmt: skip
    sha256 = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    made: Message = Message.objects.create(
        type=told["type"], content=told, sha256=sha256, revision=number, notice_count=0
    )
    return made


def plan(destination: Destination, *numbers: int) -> list[Delivery]:
    """Deliveries that wait, of the messages of these revisions."""
    return [
        Delivery.objects.create(webhook_id=new_webhook_id(), destination=destination, message=make_message(number))
        for number in numbers
    ]


def send_all() -> Dispatcher:
    """Everything that is due now, until nothing is."""
    with Dispatcher() as dispatcher:
        while dispatcher.send_due(30):
            pass
    return dispatcher


def make_due(destination: Destination) -> None:
    """As if the pause were over."""
    Destination.objects.filter(pk=destination.pk).update(next_attempt_at="2024-01-01T00:00:00Z")


def state_of(destination: Destination) -> tuple[str, str, int]:
    """Status, reason, failures in a row."""
    destination.refresh_from_db()
    return destination.status, destination.status_reason, destination.failures


def statuses(destination: Destination) -> list[str]:
    """Of its deliveries, in order."""
    return list(Delivery.objects.filter(destination=destination).order_by("pk").values_list("status", flat=True))


WAITING, DELIVERED, SKIPPED = DeliveryStatus.WAITING, DeliveryStatus.DELIVERED, DeliveryStatus.SKIPPED
