"""The states of a destination: one table of moves, each a conditional update that must hit one row, so that of two who decide at once
one finds nothing.
"""

from typing import Any

import structlog
from django.db import transaction
from django.db.models.functions import Now

from subscriptions.choices import DeliveryStatus, DestinationStatus, NoticeKind, PauseReason
from subscriptions.deliveries.models import Delivery
from subscriptions.destinations.account_mail import ensure_told_somewhere
from subscriptions.destinations.models import Destination
from subscriptions.outbox.entries import record_entry

logger = structlog.get_logger(__name__)

#: From which states a destination comes to each.
ALLOWED_BEFORE: dict[str, tuple[str, ...]] = {
    # Confirmed; resumed; begun again, because the receiver that had ended it is back.
    DestinationStatus.ACTIVE: (DestinationStatus.UNCONFIRMED, DestinationStatus.PAUSED, DestinationStatus.ENDED),
    DestinationStatus.PAUSED: (DestinationStatus.ACTIVE,),
    DestinationStatus.ENDED: (DestinationStatus.ACTIVE, DestinationStatus.PAUSED),
    DestinationStatus.UNCONFIRMED: (),
}
#: Reasons that nobody chose, of which the owner is told.
_TOLD_OF = (PauseReason.KEEPS_FAILING, PauseReason.GONE)


def change_status(destination_id: int, status: DestinationStatus, reason: str = "", /, **fields: Any) -> bool:
    """Move it to `status` if the table allows that from where it stands. Whether it did. What the owner did not choose is told to
    the owner.
    """
    return _move(destination_id, status, ALLOWED_BEFORE[status], reason, **fields)


def pause(destination: Destination, reason: PauseReason = PauseReason.BY_PERSON) -> bool:
    """Send nothing any more; what is told waits. Whether it was active before. What is on its way already arrives."""
    has_moved = change_status(destination.pk, DestinationStatus.PAUSED, reason)
    destination.refresh_from_db()
    return has_moved


def resume(destination: Destination, *, skip_waiting: bool = False) -> bool:
    """Go on with what waits, at once, or without it; whether it was paused or ended before. One that nobody has confirmed stays so."""
    before = (DestinationStatus.PAUSED, DestinationStatus.ENDED)
    with transaction.atomic():
        has_moved = _move(
            destination.pk, DestinationStatus.ACTIVE, before, "", failures=0, failing_since=None, next_attempt_at=Now()
        )
        if has_moved and skip_waiting:
            waiting = Delivery.objects.filter(destination=destination, status=DeliveryStatus.WAITING)
            skipped = waiting.update(status=DeliveryStatus.SKIPPED, ended_at=Now())
            logger.info("deliveries_skipped", destination_id=destination.pk, count=skipped)
    destination.refresh_from_db()
    return has_moved


@transaction.atomic  # nobody is paused without the owner being told
def _move(
    destination_id: int, status: DestinationStatus, before: tuple[str, ...], reason: str, /, **fields: Any
) -> bool:
    movable = Destination.objects.filter(pk=destination_id, status__in=before)
    has_moved = movable.update(status=status, status_reason=reason, status_changed_at=Now(), **fields) == 1
    if has_moved:
        logger.info("destination_status_changed", destination_id=destination_id, status=str(status), reason=reason)
        if reason in _TOLD_OF:
            paused = Destination.objects.select_related("owner").get(pk=destination_id)
            subject = {"destination": destination_id, "reason": str(reason)}
            record_entry(NoticeKind.DESTINATION_PAUSED, subject=subject, owner=paused.owner)
            ensure_told_somewhere(paused)
    return has_moved
