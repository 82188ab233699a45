"""Deliveries as they are told: the last attempt of each, read for a whole page at once."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from subscriptions.api.acting import Actor
from subscriptions.api.errors import not_found
from subscriptions.api.serializers import DeliveryAnswer, DeliveryDetailAnswer
from subscriptions.models import Delivery, DeliveryAttempt


def deliveries_of(actor: Actor) -> QuerySet[Delivery]:
    """Those in the actor's hands."""
    return actor.deliveries_in_hands(Delivery.objects.select_related("message"))


def find_delivery(actor: Actor, pk: int) -> Delivery:
    """The delivery of an id. Raises the API's 404."""
    delivery = deliveries_of(actor).filter(pk=pk).first()
    if delivery is None:
        raise not_found(Delivery, pk)
    return delivery


def delivery_rows(deliveries: Sequence[Any]) -> Any:
    """Each with its last attempt. Contents are not read: a page of them would be megabytes."""
    attempts = DeliveryAttempt.objects.filter(delivery__in=[one.pk for one in deliveries])
    last = {one.delivery_id: one for one in attempts.order_by("delivery_id", "-id").distinct("delivery_id")}
    for delivery in deliveries:
        delivery.last_attempt = last.get(delivery.pk)
    return DeliveryAnswer(deliveries, many=True).data


def delivery_row(delivery: Delivery) -> Any:
    """One."""
    (row,) = delivery_rows([delivery])
    return row


def delivery_detail(delivery: Any) -> Any:
    """One with its content and all attempts."""
    attempted = list(delivery.attempted.all())
    delivery.last_attempt = attempted[-1] if attempted else None
    return DeliveryDetailAnswer({"attempted": attempted, **_fields(delivery)}).data


def _fields(delivery: Any) -> dict[str, Any]:
    names = (
        "id", "webhook_id", "destination_id", "subscription_id", "message", "status", "is_repeat", "attempts", "created_at", "ended_at",
        "last_attempt",
    )  # fmt: skip
    return {name: getattr(delivery, name) for name in names}
