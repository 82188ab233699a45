"""What the page of a destination says of it, and what it offers."""

from typing import Any

from django.db.models import Count, Min, Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from subscriptions.admin.delivery_wording import show_delivery
from subscriptions.admin.destination_wording import describe_standing
from subscriptions.admin.way_back import WAY_BACK, asked_way_back
from subscriptions.choices import Channel, DeliveryStatus, DestinationStatus
from subscriptions.models import Delivery, DeliveryAttempt, Destination

SHOWN_DELIVERIES = 20
_SOON_SECONDS = 60


def live_context(destination: Destination) -> dict[str, Any]:
    """What changes while one looks: how it stands, what waits, and the last deliveries."""
    waiting = Delivery.objects.filter(destination=destination, status=DeliveryStatus.WAITING).aggregate(
        count=Count("pk"), oldest=Min("created_at")
    )
    return {
        "destination": destination,
        "status": DestinationStatus(destination.status),
        "standing": describe_standing(destination),
        "waiting": waiting,
        "shown_deliveries": [show_delivery(one) for one in newest_deliveries(destination)],
        "refresh_seconds": _refresh_seconds(destination, waiting["count"]),
        "next_attempt_at": destination.next_attempt_at if waiting["count"] and destination.failures else None,
        "is_feed": destination.channel == Channel.ATOM,
    }


def page_context(request: HttpRequest, destination: Destination) -> dict[str, Any]:
    """All of it."""
    subscriptions = destination.subscriptions.order_by("name")
    return {
        **live_context(destination),
        "told_here": list(subscriptions),
        "subscribe_address": f"{reverse('admin:subscriptions_subscription_add')}?destination={destination.pk}",
        "is_active": destination.status == DestinationStatus.ACTIVE,
        "is_unconfirmed": destination.status == DestinationStatus.UNCONFIRMED,
        "can_resume": destination.status in (DestinationStatus.PAUSED, DestinationStatus.ENDED),
        "is_webhook": destination.channel == Channel.WEBHOOK,
        "way_back": WAY_BACK,
        "next": asked_way_back(request),
    }


def newest_deliveries(destination: Destination) -> QuerySet[Delivery]:
    """With what they tell and each attempt."""
    attempts = Prefetch("attempted", DeliveryAttempt.objects.order_by("id"))
    rows: QuerySet[Delivery] = Delivery.objects.filter(destination=destination).order_by("-id")
    return rows.select_related("message").prefetch_related(attempts)[:SHOWN_DELIVERIES]


def _refresh_seconds(destination: Destination, waiting: int) -> int:
    """Often while something is about to happen, seldom while it will be long, never where nothing will."""
    if not waiting or destination.status != DestinationStatus.ACTIVE:
        return 0
    until_next = (destination.next_attempt_at - timezone.now()).total_seconds()
    return 2 if until_next < _SOON_SECONDS else 30
