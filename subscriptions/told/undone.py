"""Of what was undone in the ledger nobody is told, and nobody is told anything twice: what has to follow a ledger that went back to a
revision (`companies.rewind`).
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from subscriptions.choices import DeliveryStatus, NoticeKind
from subscriptions.deliveries.models import Delivery
from subscriptions.models import WatchList
from subscriptions.outbox.models import OutboxEntry
from subscriptions.told.models import Subscription
from subscriptions.told.undone_waiting import find_digests, make_digests_anew, members_as_told
from subscriptions.told.view_members import ViewNotReadable, find_view_members


@dataclass(frozen=True, slots=True)
class UndoneTelling:
    """How many entries of the outbox are gone, how many deliveries that waited are not sent, and of how many subscriptions what still stands
    of these is told by a digest made anew.
    """

    entries: int
    deliveries: int
    digests: int = 0


def undo_telling(revision: int) -> UndoneTelling:
    """To be called once the ledger is back at the revision, in the same transaction.

    The next revisions come under the numbers of those that are undone, so nothing may remain that would take the ones for the others:
    neither what was to be told, nor how far somebody was told or has seen. Numbers of the outbox itself are never given again; what was
    told was told, and stays. Followers of the feed are told by its epoch. Of a digest that waits, and of what moved in a view, the part that still stands
    is told by another message.
    """
    undone = OutboxEntry.objects.filter(kind=NoticeKind.REVISION, revision__gt=revision)
    told_of = undone.filter(number__gte=OuterRef("message__from_number"), number__lte=OuterRef("message__to_number"))
    waiting = Delivery.objects.filter(
        Exists(told_of) | Q(message__revision__gt=revision), status=DeliveryStatus.WAITING
    )
    unsent = Delivery.objects.filter(pk__in=list(waiting.values_list("pk", flat=True)))
    digests = find_digests(unsent)
    deliveries = waiting.update(status=DeliveryStatus.SKIPPED, ended_at=Now())
    entries, _ = undone.delete()
    for one in Subscription.objects.filter(told_revision__gt=revision).exclude(view_members=None):
        members = _members(one, unsent.filter(subscription=one))
        Subscription.objects.filter(pk=one.pk).update(view_members=members)
    Subscription.objects.filter(told_revision__gt=revision).update(told_revision=revision)
    deliveries += make_digests_anew(digests)
    WatchList.objects.filter(seen_revision__gt=revision).update(seen_revision=revision)
    return UndoneTelling(entries, deliveries, len(digests))


def _members(subscription: Any, unsent: QuerySet[Delivery]) -> list[str] | None:
    """What its view shows now, but for what its follower was not told; where it cannot be shown, the next look at it is its first."""
    try:
        return members_as_told(find_view_members(subscription.saved_view, subscription.owner), unsent)
    except ViewNotReadable:
        return None
