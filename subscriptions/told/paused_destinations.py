"""That a destination is paused is told to its owner wherever else they are told: nobody subscribes to it."""

from datetime import datetime

from subscriptions.choices import DestinationStatus, NoticeKind
from subscriptions.destinations.models import Destination
from subscriptions.destinations.silence import spoken_to
from subscriptions.outbox.models import OutboxEntry
from subscriptions.told.messages import Drafting, Planned
from subscriptions.told.news import as_text
from subscriptions.told.told_notice import ToldNotice


def plan_paused(drafting: Drafting, moment: datetime) -> dict[int, list[Planned]]:
    """By entry: to every other destination where the owner is told at a moment; to none where there is none."""
    entries = OutboxEntry.objects.filter(kind=NoticeKind.DESTINATION_PAUSED, told_at=None, number__isnull=False)
    return {entry.pk: _plan(entry, drafting, moment) for entry in entries.order_by("number")}


def _plan(entry: OutboxEntry, drafting: Drafting, moment: datetime) -> list[Planned]:
    paused = Destination.objects.filter(pk=entry.subject.get("destination")).first()
    owner = entry.owner_id or (paused.owner_id if paused else None)
    if paused is None or owner is None:
        return []
    notice = {
        "kind": entry.kind, "date": None, "destination_id": paused.pk, "destination_name": paused.name, "channel": paused.channel,
        "shown_address": paused.shown_address, "reason": entry.subject.get("reason") or paused.status_reason,
        "occurred_at": as_text(entry.occurred_at),
    }  # fmt: skip
    number = entry.number or 0
    drafts = drafting.drafts(entry.kind, [ToldNotice(notice)], numbers=(number, number), header={})
    others = Destination.objects.filter(spoken_to(moment), owner=owner, status=DestinationStatus.ACTIVE)
    return [
        Planned(draft, one, None, place)
        for one in others.exclude(pk=paused.pk).order_by("pk").values_list("pk", flat=True)
        for place, draft in enumerate(drafts)
    ]


def as_told_at(moment: datetime, entry_ids: list[int]) -> list[int]:
    """Mark entries as told; those that another marked before are not among the answer. In the transaction that writes the deliveries."""
    waiting = OutboxEntry.objects.select_for_update().filter(pk__in=entry_ids, told_at=None)
    marked = list(waiting.values_list("pk", flat=True))
    OutboxEntry.objects.filter(pk__in=marked).update(told_at=moment)
    return marked
