"""What the tests of the pages of telling others share: people, destinations without a network, and deliveries as they end."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from subscriptions.choices import DeliveryStatus
from subscriptions.destinations.making import make_webhook
from subscriptions.models import Delivery, DeliveryAttempt, Destination, Message

DESTINATIONS = "/admin/subscriptions/destination/"
SUBSCRIPTIONS = "/admin/subscriptions/subscription/"
DELIVERIES = "/admin/subscriptions/delivery/"
#: Of this machine: nobody is asked where it leads. `ALLOW_PRIVATE_RECEIVERS` lets it in.
URL = "http://127.0.0.1:9/hooks/very-secret-path"


def sign_in(name: str = "analyst", role: str = "analyst") -> tuple[Client, User]:
    user = User.objects.create_user(name, is_staff=True, email=f"{name}@example.com")
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client, user


def text(answer: Any) -> str:
    return str(answer.content.decode())


def webhook_of(owner: Any, name: str = "Webhook", **more: Any) -> Destination:
    destination, _secret = make_webhook(owner=owner, name=name, url=URL, **more)
    return destination


def delivery_to(
    destination: Destination, status: DeliveryStatus = DeliveryStatus.WAITING, *, days_ago: float = 0, subscription: Any = None
) -> Delivery:  # fmt: skip
    """Of a test message; what ended has one attempt."""
    content: dict[str, Any] = {"type": "test", "revision": None, "recorded_at": None, "source": None, "date_in_force": None, "is_history": False, "epoch": "e", "part": 1, "parts": 1, "total": 0, "notices": []}  # fmt: skip
    key = uuid4().hex
    message = Message.objects.create(
        type="test", content=content, notice_count=0, sha256=hashlib.sha256(key.encode()).hexdigest()
    )
    moment = timezone.now() - timedelta(days=days_ago)
    is_waiting = status == DeliveryStatus.WAITING
    delivery: Delivery = Delivery.objects.create(
        webhook_id=f"msg_{key}", destination=destination, message=message, status=status, subscription=subscription,
        created_at=moment, ended_at=None if is_waiting else moment, attempts=0 if is_waiting else 1,
    )  # fmt: skip
    if not is_waiting:
        DeliveryAttempt.objects.create(delivery=delivery, at=moment, duration_ms=1234, status_code=204, answer_start="")
    return delivery
