"""Taking back an entry of the ledger: a new fact beside it, after which history is as if it had never come."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from api.generations import publish_after_commit
from companies.choices import RevisionKind
from companies.errors import EntryNotFound, WithdrawalIncomplete
from companies.issuers.company_issuers import refresh_company_issuers
from companies.issuers.official_dates.columns import refresh_official_columns
from companies.ledger import entries
from companies.ledger.chain import chain_revisions
from companies.ledger.changes import begin_change
from companies.ledger.company_tables import move_last_seen
from companies.ledger.history import revise_history
from companies.ledger.history_tables import load_histories, store_histories
from companies.ledger.ledger_day import has_come
from companies.ledger.revisions import hold, open_revision
from companies.ledger.snapshot_rows import Rows, differing_codes, unpack_rows
from companies.models import Company, LedgerRevision, ListingEvent, ListingSnapshot, SnapshotWithdrawal

logger = structlog.get_logger(__name__)


class WithdrawalOutcome(StrEnum):
    """What became of a withdrawal."""

    WITHDRAWN = "withdrawn"
    ALREADY_WITHDRAWN = "already_withdrawn"  # nothing was changed; the first reason stands


@dataclass(frozen=True, slots=True)
class WithdrawnEntry:
    """The result. `holds_instead` is the entry that holds on the date now; history changed only if the entry held.

    `companies_changed` have other versions now, `companies_removed` were in no other list.
    """

    entry_id: int
    date_in_force: date
    outcome: WithdrawalOutcome
    was_holding: bool = False
    holds_instead: int | None = None
    companies_changed: int = 0
    companies_removed: int = 0


@dataclass(frozen=True, slots=True)
class WithdrawalPreview:
    """What withdrawing would do: the events that would be gone, and those that would be there instead."""

    result: WithdrawnEntry
    vanishing: list[ListingEvent]
    appearing: list[ListingEvent]


def withdraw_entry(entry_id: int, *, reason: str, withdrawn_by: str, today: date | None = None) -> WithdrawnEntry:
    """Take an entry back, in one transaction: what it superseded holds again, or its day is one without a list.

    The entry stays, with the reason and the name of who took it back. A second time changes nothing. The same rows may
    be imported again, as a new entry. Raises `WithdrawalIncomplete` without a reason or a name, and `EntryNotFound`.
    """
    if not reason.strip():
        raise WithdrawalIncomplete("reason")
    if not withdrawn_by.strip():
        raise WithdrawalIncomplete("withdrawn_by")
    result, _ = _withdraw(entry_id, reason.strip(), withdrawn_by.strip(), today)
    logger.info("entry_withdrawn", by=withdrawn_by, **{name: getattr(result, name) for name in result.__slots__})
    return result


def preview_withdrawal(entry_id: int) -> WithdrawalPreview:
    """What `withdraw_entry` would do, found by doing it and rolling back. Raises `EntryNotFound`."""
    with transaction.atomic():
        # First, so that nobody changes anything between the two looks at the events.
        begin_change()
        entry = _get_entry(entry_id)
        with transaction.atomic():
            result, affected = _withdraw(entry_id, "preview", "preview")
            after = _events_around(entry, affected)
            transaction.set_rollback(True)
        before = _events_around(entry, affected)
        transaction.set_rollback(True)
    return WithdrawalPreview(
        result,
        vanishing=[event for key, event in before.items() if key not in after],
        appearing=[event for key, event in after.items() if key not in before],
    )


def _withdraw(
    entry_id: int, reason: str, withdrawn_by: str, today: date | None = None
) -> tuple[WithdrawnEntry, set[str]]:
    """Also the codes of the companies whose history may be another now."""
    with transaction.atomic():
        change = begin_change(today)
        entry = _get_entry(entry_id)
        day = entry.date_in_force
        if SnapshotWithdrawal.objects.filter(entry=entry).exists():
            return WithdrawnEntry(entry.pk, day, WithdrawalOutcome.ALREADY_WITHDRAWN), set()
        publish_after_commit()
        was_holding = not entry.is_superseded
        # In this order: the database refuses that a withdrawn entry holds.
        ListingSnapshot.objects.filter(pk=entry.pk).update(is_superseded=True)
        SnapshotWithdrawal.objects.create(
            entry=entry, reason=reason, withdrawn_by=withdrawn_by, withdrawn_at=change.moment
        )
        revision = open_revision(RevisionKind.WITHDRAWN, change, entry)
        if not was_holding:
            chain_revisions()
            return WithdrawnEntry(entry.pk, day, WithdrawalOutcome.WITHDRAWN), set()
        holder = entries.find_holder(day)
        if holder is not None:
            ListingSnapshot.objects.filter(pk=holder.pk).update(is_superseded=False)
        hold(day, holder.pk if holder else None, revision.number)
        changed, removed, affected = _revise(entry, revision)
        chain_revisions()
        result = WithdrawnEntry(
            entry_id=entry.pk,
            date_in_force=day,
            outcome=WithdrawalOutcome.WITHDRAWN,
            was_holding=True,
            holds_instead=holder.pk if holder else None,
            companies_changed=changed,
            companies_removed=removed,
        )
    return result, affected


def _revise(entry: ListingSnapshot, revision: LedgerRevision) -> tuple[int, int, set[str]]:
    """Bring versions and companies in line: how many companies changed, how many are gone, and whose rows differ."""
    day = entry.date_in_force
    neighbours = entries.find_neighbours(day)
    # Without a list the day is as the one before: the same rows once more change no state.
    rows: Rows = unpack_rows(neighbours.in_force.rows) if neighbours.in_force else {}
    differing = differing_codes(unpack_rows(entry.rows), rows)
    before = load_histories(differing) if differing else {}
    revised = revise_history(
        before,
        day=day,
        day_before=neighbours.previous.date_in_force if neighbours.previous else None,
        rows=rows,
        following=entries.iterate_entries(after=day),
    )
    refresh_company_issuers(revision, store_histories(revised, before=before, revision=revision))
    if neighbours.holding is None and neighbours.previous is not None and has_come(day, revision.day):
        move_last_seen(from_day=day, to_day=neighbours.previous.date_in_force, changed_codes=differing)
    refresh_official_columns()
    return (
        sum(versions != before[code] for code, versions in revised.items()),
        sum(not versions for versions in revised.values()),
        differing,
    )


def _get_entry(entry_id: int) -> ListingSnapshot:
    entry: ListingSnapshot | None = ListingSnapshot.objects.filter(pk=entry_id).first()
    if entry is None:
        raise EntryNotFound(entry_id)
    return entry


def _events_around(entry: ListingSnapshot, codes: set[str]) -> dict[tuple[object, ...], ListingEvent]:
    """The events that the entry can have a part in: those of companies whose rows it changed, and all of its day and of
    the list after it, which says something else when it becomes the first of all.
    """
    day = entry.date_in_force
    following = entries.find_neighbours(day).following
    days = [day, *([following.date_in_force] if following else [])]
    companies = Company.objects.filter(code__in=codes).values_list("pk", flat=True)
    events: QuerySet[ListingEvent] = ListingEvent.objects.filter(
        Q(event_date__in=days) | Q(company__in=list(companies))
    ).order_by("event_date", "event_type", "code")
    return {_identity(event): event for event in events}


def _identity(event: ListingEvent) -> tuple[object, ...]:
    """Ids of companies do not outlive their removal; their codes do."""
    return (event.code, event.event_date, event.event_type, str(event.changes))
