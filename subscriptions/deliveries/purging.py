"""Forgetting deliveries after 30 days, with their attempts and messages; also those that waited for a destination that stayed paused."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef

from subscriptions.channels.registry import sending_channels
from subscriptions.choices import DeliveryStatus
from subscriptions.deliveries.models import Delivery, DeliveryAttempt, Message

logger = structlog.get_logger(__name__)

KEPT = timedelta(days=30)
_BATCH = 2_000


@dataclass(slots=True)
class Purged:
    """How many went; `never_sent`: of the deliveries, those that waited until then."""

    deliveries: int = 0
    never_sent: int = 0
    attempts: int = 0
    messages: int = 0


def purge_deliveries(now: datetime) -> Purged:
    """In batches, each a transaction of its own, so that nobody waits for the whole of it."""
    before, purged = now - KEPT, Purged()
    while _purge_batch(before, purged):
        pass
    while count := _purge_messages(before):
        purged.messages += count
    return purged


@transaction.atomic
def _purge_batch(before: datetime, purged: Purged) -> bool:
    old = Delivery.objects.filter(created_at__lt=before).select_related("destination").order_by("created_at")
    found = list(old.select_for_update(skip_locked=True, of=("self",))[:_BATCH])
    ids = [one.pk for one in found]
    purged.attempts += DeliveryAttempt.objects.filter(delivery__in=ids).delete()[0]
    purged.deliveries += Delivery.objects.filter(pk__in=ids).delete()[0]
    never_sent = [
        one.destination_id
        for one in found
        # A feed's are fetched, not sent.
        if one.status == DeliveryStatus.WAITING and one.destination.channel in sending_channels()
    ]
    purged.never_sent += len(never_sent)
    if never_sent:
        logger.warning(
            "deliveries_never_sent", count=len(never_sent), destination_ids=sorted(set(never_sent)), days=KEPT.days
        )
    return len(found) == _BATCH


@transaction.atomic
def _purge_messages(before: datetime) -> int:
    told = Delivery.objects.filter(message=OuterRef("pk"))
    old = Message.objects.filter(~Exists(told), created_at__lt=before).order_by("created_at")
    ids = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:_BATCH])
    return int(Message.objects.filter(pk__in=ids).delete()[0])
