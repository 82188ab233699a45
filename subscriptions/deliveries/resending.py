"""Sending again by hand what was sent, and leaving out what waits."""

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Min
from django.db.models.functions import Now

from subscriptions.choices import DeliveryStatus
from subscriptions.deliveries.models import Delivery
from subscriptions.destinations.models import Destination

logger = structlog.get_logger(__name__)


def send_again(delivery: Delivery) -> Delivery:
    """The same message with the same id once more, after all that waits for the destination. One that waits itself is not doubled: its
    destination is tried at once. For what is paused it waits.
    """
    if delivery.status == DeliveryStatus.WAITING:
        hasten(delivery.destination_id)
        return delivery
    (again,) = _repeat([delivery])
    return again


def send_range_again(destination: Destination, since: datetime, until: datetime) -> int:
    """All messages that were made for a destination from `since` on and before `until`, each once and in order, but for those that
    still wait. Returns how many.
    """
    with transaction.atomic():
        Destination.objects.select_for_update().get(pk=destination.pk)  # pressed twice, one after the other
        ids = _firsts_of_range(destination, since, until)
        return len(_repeat(list(Delivery.objects.filter(pk__in=ids).order_by("pk"))))


def count_in_range(destination: Destination, since: datetime, until: datetime) -> int:
    """How many `send_range_again` would send now."""
    return len(_firsts_of_range(destination, since, until))


def _firsts_of_range(destination: Destination, since: datetime, until: datetime) -> list[int]:
    """In the order in which they first came: a repeat in the range is of a message that is in it once."""
    made = Delivery.objects.filter(destination=destination, created_at__gte=since, created_at__lt=until)
    waiting = Delivery.objects.filter(destination=destination, status=DeliveryStatus.WAITING)
    firsts = made.exclude(webhook_id__in=waiting.values("webhook_id")).order_by().values("webhook_id")
    return [one["first"] for one in firsts.annotate(first=Min("pk"))]


def skip(delivery: Delivery) -> bool:
    """Leave out one that waits, for good; whether it waited. The one after it is tried at once."""
    with transaction.atomic():
        first = Delivery.objects.filter(destination=delivery.destination_id, status=DeliveryStatus.WAITING)
        is_next = first.aggregate(first=Min("pk"))["first"] == delivery.pk
        waiting = Delivery.objects.filter(pk=delivery.pk, status=DeliveryStatus.WAITING)
        has_hit = waiting.update(status=DeliveryStatus.SKIPPED, ended_at=Now()) == 1
        if has_hit and is_next:
            Destination.objects.filter(pk=delivery.destination_id).update(
                failures=0, failing_since=None, next_attempt_at=Now()
            )
    if has_hit:
        logger.info("delivery_skipped", delivery_id=delivery.pk, destination_id=delivery.destination_id)
    delivery.refresh_from_db()
    return has_hit


def hasten(destination_id: int) -> None:
    """Try what is next for a destination now; how often it failed is not forgotten."""
    Destination.objects.filter(pk=destination_id, next_attempt_at__gt=Now()).update(next_attempt_at=Now())


def _repeat(deliveries: list[Delivery]) -> list[Delivery]:
    made: list[Delivery] = Delivery.objects.bulk_create(
        Delivery(
            webhook_id=one.webhook_id, destination_id=one.destination_id, subscription_id=one.subscription_id,
            message_id=one.message_id, is_repeat=True,
        )
        for one in deliveries
    )  # fmt: skip
    logger.info("deliveries_sent_again", count=len(made), destination_id=made[0].destination_id if made else None)
    return made
