"""Of what was undone in the ledger nobody is told, and nobody is told anything twice: what has to follow a ledger that went back to a
revision (`companies.rewind`).
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from subscriptions.choices import DeliveryStatus, NoticeKind
from subscriptions.deliveries.models import Delivery
from subscriptions.models import WatchList
from subscriptions.outbox.models import OutboxEntry
from subscriptions.told.models import Subscription
from subscriptions.told.view_members import ViewNotReadable, find_view_members


@dataclass(frozen=True, slots=True)
class UndoneTelling:
    """How many entries of the outbox are gone, and how many deliveries that waited are not sent."""

    entries: int
    deliveries: int


def undo_telling(revision: int) -> UndoneTelling:
    """To be called once the ledger is back at the revision, in the same transaction.

    The next revisions come under the numbers of those that are undone, so nothing may remain that would take the ones for the others:
    neither what was to be told, nor how far somebody was told or has seen. Numbers of the outbox itself are never given again; what was
    told was told, and stays. Followers of the feed are told by its epoch. A digest that waits is not sent where a part of it is undone.
    """
    undone = OutboxEntry.objects.filter(kind=NoticeKind.REVISION, revision__gt=revision)
    told_of = undone.filter(number__gte=OuterRef("message__from_number"), number__lte=OuterRef("message__to_number"))
    waiting = Delivery.objects.filter(
        Exists(told_of) | Q(message__revision__gt=revision), status=DeliveryStatus.WAITING
    )
    deliveries = waiting.update(status=DeliveryStatus.SKIPPED, ended_at=Now())
    entries, _ = undone.delete()
    for one in Subscription.objects.filter(told_revision__gt=revision).exclude(view_members=None):
        Subscription.objects.filter(pk=one.pk).update(view_members=_members(one))
    Subscription.objects.filter(told_revision__gt=revision).update(told_revision=revision)
    WatchList.objects.filter(seen_revision__gt=revision).update(seen_revision=revision)
    return UndoneTelling(entries, deliveries)


def _members(subscription: Any) -> list[str] | None:
    """What its view shows now; where it cannot be shown, the next look at it is its first."""
    try:
        return find_view_members(subscription.saved_view, subscription.owner)
    except ViewNotReadable:
        return None
