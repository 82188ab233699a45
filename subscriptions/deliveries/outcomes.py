"""Writing down what came of an attempt: the attempt, the delivery and its destination in one short transaction, and only while the claim
holds, so that who comes too late writes nothing wrong.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from database.connections import database_now
from subscriptions.channels.sending import Outcome
from subscriptions.choices import DeliveryStatus, DestinationStatus, PauseReason
from subscriptions.deliveries.claiming import Claimed
from subscriptions.deliveries.models import Delivery, DeliveryAttempt
from subscriptions.deliveries.retry_times import seconds_until_retry
from subscriptions.destinations.models import Destination
from subscriptions.destinations.states import change_status
from subscriptions.metrics import DELIVERIES, DELIVERY_SECONDS

logger = structlog.get_logger(__name__)


def record_outcome(claimed: Claimed, outcome: Outcome) -> bool:
    """Whether it was recorded: not where the claim ended, and another sends the same, with the same id. Asked again it does nothing."""
    with transaction.atomic():
        destination = (
            Destination.objects.select_for_update().filter(pk=claimed.destination_id, claim=claimed.claim).first()
        )
        if destination is None:
            logger.warning("delivery_outcome_too_late", delivery_id=claimed.delivery_id, delivered=outcome.is_delivered)
            return False
        now = database_now()
        destination.claim = destination.claimed_until = None
        was_waiting = _record_delivery(claimed, outcome, now)
        result = "delivered" if outcome.is_delivered else _judge_failure(destination, outcome, now, counts=was_waiting)
        if outcome.is_delivered:
            destination.failures, destination.failing_since, destination.last_delivered_at = 0, None, now
            # Behind all that are due already: who has much to be told does not keep others waiting.
            destination.next_attempt_at = now
        destination.save(
            update_fields=[
                "claim", "claimed_until", "failures", "failing_since", "next_attempt_at", "last_delivered_at",
            ]
        )  # fmt: skip
        if result == "gone":
            change_status(destination.pk, DestinationStatus.ENDED, PauseReason.GONE)
        elif result == "given_up":
            change_status(destination.pk, DestinationStatus.PAUSED, PauseReason.KEEPS_FAILING)
    _count(claimed, outcome, result)
    return True


def _record_delivery(claimed: Claimed, outcome: Outcome, now: datetime) -> bool:
    """Whether it waited still: a person may have skipped it meanwhile. One that was purged leaves no trace."""
    delivery = Delivery.objects.select_for_update().filter(pk=claimed.delivery_id).first()
    if delivery is None:
        return False
    delivery.attempts += 1
    was_waiting = delivery.status == DeliveryStatus.WAITING
    if was_waiting and outcome.is_delivered:
        delivery.status, delivery.ended_at = DeliveryStatus.DELIVERED, now
    delivery.save(update_fields=["attempts", "status", "ended_at"])
    DeliveryAttempt.objects.create(
        delivery=delivery, at=now, duration_ms=outcome.duration_ms, status_code=outcome.status_code,
        error_code=outcome.error_code, answer_start=outcome.answer_start,
    )  # fmt: skip
    return was_waiting


def _judge_failure(destination: Destination, outcome: Outcome, now: datetime, *, counts: bool) -> str:
    """When it is tried again, if at all; in a word. What was skipped meanwhile holds up nothing that comes after it."""
    if outcome.is_gone:
        return "gone"
    if not counts:
        return "failed"
    destination.failures += 1
    destination.failing_since = destination.failing_since or now
    pause = seconds_until_retry(destination.failures, outcome.retry_after_seconds)
    if pause is None:
        return "given_up"
    destination.next_attempt_at = now + timedelta(seconds=pause)
    return "failed"


def _count(claimed: Claimed, outcome: Outcome, result: str) -> None:
    DELIVERIES.labels(claimed.channel, result).inc()
    DELIVERY_SECONDS.labels(claimed.channel).observe(outcome.duration_ms / 1000)
    tell = logger.info if outcome.is_delivered else logger.warning
    tell(
        "delivery_attempted", destination_id=claimed.destination_id, delivery_id=claimed.delivery_id, channel=claimed.channel,
        outcome=result, status=outcome.status_code, error_code=outcome.error_code or None, duration_ms=outcome.duration_ms,
    )  # fmt: skip
