"""Taking the next delivery of destinations that are due, so that nobody else does: a claim has an end, and whoever was killed is
forgotten then.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.views.decorators.debug import sensitive_variables

from database.connections import database_now
from datasources.errors import CredentialsUnreadable
from subscriptions.channels.registry import sending_channels
from subscriptions.channels.sending import Job
from subscriptions.choices import Channel, DeliveryStatus, DestinationStatus
from subscriptions.deliveries.models import Delivery
from subscriptions.destinations.addresses import read_address
from subscriptions.destinations.models import Destination
from subscriptions.destinations.secrets import usable_secrets
from subscriptions.destinations.silence import spoken_to

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is this process's until the claim ends. `job` is `None` where the address cannot be read."""

    claim: UUID
    destination_id: int
    delivery_id: int
    channel: str
    is_failing: bool
    job: Job | None


def claim_due(most: int, *, is_failing: bool) -> list[Claimed]:
    """The next deliveries of up to so many destinations that are due, those that wait longest first: of those whose last attempt
    failed, or of the others.
    """
    if most <= 0:
        return []
    with transaction.atomic():
        now = database_now()
        due = list(_due(now, is_failing=is_failing).select_for_update(skip_locked=True, of=("self",))[:most])
        if not due:
            return []
        heads = _heads_of([one.pk for one in due])
        claims = {one.pk: uuid4() for one in due if one.pk in heads}
        until = now + timedelta(seconds=settings.DELIVERY_LIMITS.claim_seconds)
        for one in due:
            one.claim, one.claimed_until = claims.get(one.pk), until if one.pk in claims else None
        Destination.objects.bulk_update(due, ["claim", "claimed_until"])
    return [_claimed(one, heads[one.pk], claims[one.pk], now) for one in due if one.pk in claims]


def release(claimed: Claimed) -> None:
    """Let go what was not begun: the next that looks takes it."""
    Destination.objects.filter(pk=claimed.destination_id, claim=claimed.claim).update(claim=None, claimed_until=None)


def _due(now: datetime, *, is_failing: bool) -> QuerySet[Destination]:
    waiting = Delivery.objects.filter(destination=OuterRef("pk"), status=DeliveryStatus.WAITING)
    ready = Destination.objects.filter(
        Q(claim=None) | Q(claimed_until__lte=now), spoken_to(now), Exists(waiting), status=DestinationStatus.ACTIVE,
        channel__in=sending_channels(), next_attempt_at__lte=now,
    )  # fmt: skip
    lane = ready.filter(failures__gt=0) if is_failing else ready.filter(failures=0)
    return lane.order_by("next_attempt_at", "pk")


def _heads_of(destination_ids: list[int]) -> dict[int, Delivery]:
    waiting = Delivery.objects.filter(destination__in=destination_ids, status=DeliveryStatus.WAITING)
    heads = waiting.order_by("destination_id", "pk").distinct("destination_id").select_related("message")
    return {one.destination_id: one for one in heads}


@sensitive_variables()
def _claimed(destination: Destination, head: Delivery, claim: UUID, now: datetime) -> Claimed:
    try:
        job = _job(destination, head, now)
    except CredentialsUnreadable:
        logger.exception("delivery_address_unreadable", destination_id=destination.pk)
        job = None
    return Claimed(claim, destination.pk, head.pk, destination.channel, destination.failures > 0, job)


@sensitive_variables()
def _job(destination: Destination, head: Delivery, now: datetime) -> Job:
    secrets = usable_secrets(destination, now) if destination.channel == Channel.WEBHOOK else []
    if destination.channel == Channel.WEBHOOK and not secrets:
        # What no key opened was forgotten, and nobody has made another yet: nothing goes out unsigned.
        raise CredentialsUnreadable
    return Job(
        delivery_id=head.pk, webhook_id=head.webhook_id, channel=destination.channel, address=read_address(destination),
        secrets=secrets, language=destination.language, destination_id=destination.pk,
        subscription_id=head.subscription_id, content=head.message.content, created_at=head.message.created_at,
    )  # fmt: skip
