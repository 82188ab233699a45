"""Noting that a list may still be revised, and that it was confirmed; and which are provisional."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from companies.ledger.snapshots import AppliedSnapshot, Outcome
from companies.models import ListingSnapshot, ProvisionalList


def note_fetched(
    result: AppliedSnapshot, *, fetched_at: datetime, revisable_until: datetime | None, run_id: UUID | None
) -> bool:
    """Note what the list that was just applied is, in the transaction that applied it: provisional, where it was fetched before
    `revisable_until` (`None`: its provider never revises one); whether it is. The same rows as before, fetched later,
    confirm the entry that has them.
    """
    if revisable_until is None:
        return False
    if fetched_at < revisable_until:
        if result.outcome is not Outcome.UNCHANGED:
            ProvisionalList.objects.create(entry_id=result.snapshot_id, revisable_until=revisable_until)
            return True
        return provisional_entries().filter(pk=result.snapshot_id).exists()
    if result.outcome is Outcome.UNCHANGED:
        waiting = ProvisionalList.objects.filter(entry=result.snapshot_id, confirmed_at=None)
        waiting.update(confirmed_at=fetched_at, confirmed_by_run=run_id)
    return False


def provisional_entries() -> QuerySet[ListingSnapshot]:
    """Those that hold and may still be revised, or were not asked for since."""
    waiting = ProvisionalList.objects.filter(entry=OuterRef("pk"), confirmed_at=None)
    return ListingSnapshot.objects.filter(Exists(waiting), is_superseded=False)


def is_provisional(entry: ListingSnapshot) -> bool:
    """Of one entry; `select_related("provisional")` it for many."""
    noted = find_note(entry)
    return not entry.is_superseded and noted is not None and noted.confirmed_at is None


def find_note(entry: ListingSnapshot) -> ProvisionalList | None:
    """What is noted beside an entry."""
    return getattr(entry, "provisional", None)
