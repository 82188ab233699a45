"""Applying a list of listed issues to the ledger: the one way in which history is made."""

import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

import structlog
from django.db import transaction

from api.generations import publish_after_commit
from companies.choices import RevisionKind
from companies.errors import SnapshotRefused
from companies.events.derivation import derive_events
from companies.issuers.company_issuers import refresh_company_issuers
from companies.issuers.official_dates.columns import refresh_official_columns
from companies.ledger import entries
from companies.ledger.chain import chain_revisions
from companies.ledger.changes import begin_change
from companies.ledger.company_tables import move_last_seen
from companies.ledger.completeness import refuse_garbled, refuse_malformed, refuse_unusable_text
from companies.ledger.confirmation import check_confirmed
from companies.ledger.history import revise_history, state_on
from companies.ledger.history_tables import Histories, load_histories, store_histories
from companies.ledger.ledger_day import has_come
from companies.ledger.listing_changes import ListingChange, list_changes
from companies.ledger.new_masters import register_masters_of
from companies.ledger.plausibility import refuse_unlikely
from companies.ledger.revisions import hold, open_revision
from companies.ledger.snapshot_rows import ListReader, PackedRows, Rows, collect_rows, differing_codes, pack_rows
from companies.listed_issue import ListedIssue
from companies.models import LedgerRevision, ListingEvent, ListingSnapshot

logger = structlog.get_logger(__name__)


class Outcome(StrEnum):
    """What became of a list."""

    APPLIED = "applied"
    UNCHANGED = "unchanged"  # the same rows were already recorded for that date
    RECORDED = "recorded"  # kept, but a stronger source holds that date


@dataclass(frozen=True, slots=True)
class AppliedSnapshot:
    """The result of a list, counted against what was in force on its date before it.

    `total` = `new` + `updated` + `unchanged`; `deactivated` are those it no longer has; `events` is the number of
    listing events on the date now.
    """

    snapshot_id: int
    date_in_force: date
    source: str
    outcome: Outcome
    total: int
    new: int = 0
    updated: int = 0
    deactivated: int = 0
    unchanged: int = 0
    events: int = 0


@dataclass(frozen=True, slots=True)
class SnapshotPreview:
    """What applying a list would do. `refusal` says why it would need to be forced; the figures hold if it were."""

    result: AppliedSnapshot
    changes: list[ListingChange]
    refusal: SnapshotRefused | None


def apply_snapshot(
    date_in_force: date,
    issues: Sequence[ListedIssue],
    source: str,
    *,
    force: bool = False,
    confirmed: Mapping[str, int] | None = None,
    run_id: UUID | None = None,
    today: date | None = None,
) -> AppliedSnapshot:
    """Put the list of `date_in_force` (a day in Japan) into the ledger, in one transaction, whatever came before.

    The order in which lists are applied does not matter, and applying one twice changes nothing. `force`
    accepts a list that has too little of its nearest neighbour, changes too much of it at once, or was garbled; with
    `confirmed`, only if it changes as much of each kind as a person confirmed (`companies.ledger.confirmation`), else
    `SnapshotDiffers` is raised. Raises `SnapshotRefused`. Then nothing was written. A list of a day after `today` (in Japan; else
    the present day) is in the history at once, and shows from its day on (`companies.ledger.ledger_day`).
    """
    with transaction.atomic():
        result = _apply(date_in_force, issues, source, force=force, run_id=run_id, today=today)
        if confirmed is not None and result.outcome is Outcome.APPLIED:
            check_confirmed(date_in_force, confirmed)
    logger.info("snapshot_applied", **{field: getattr(result, field) for field in AppliedSnapshot.__slots__})
    return result


def preview_snapshot(date_in_force: date, issues: Sequence[ListedIssue], source: str) -> SnapshotPreview:
    """What `apply_snapshot` would do, found by doing it and rolling back, so that the two can never differ.

    Raises `SnapshotRefused` for a list that cannot be forced either.
    """
    with tried_out(date_in_force, issues, source) as (result, refusal):
        changes = [] if result.outcome is not Outcome.APPLIED else list_changes(date_in_force)
    return SnapshotPreview(result, changes, refusal)


@contextmanager
def tried_out(
    date_in_force: date, issues: Sequence[ListedIssue], source: str
) -> Iterator[tuple[AppliedSnapshot, SnapshotRefused | None]]:
    """Inside the block the ledger reads as if the list had been applied; at its end nothing of that is left.

    The ledger is locked meanwhile. Raises `SnapshotRefused` for a list that cannot be forced either.
    """
    refusal: SnapshotRefused | None = None
    with transaction.atomic():
        try:
            with transaction.atomic():
                result = _apply(date_in_force, issues, source)
        except SnapshotRefused as error:
            if not error.can_be_forced:
                raise
            refusal = error
            result = _apply(date_in_force, issues, source, force=True)
        yield result, refusal
        transaction.set_rollback(True)


def _apply(
    day: date, issues: Sequence[ListedIssue], source: str, *, force: bool = False, run_id: UUID | None = None,
    today: date | None = None,
) -> AppliedSnapshot:  # fmt: skip
    refuse_malformed(issues)
    rows = collect_rows(issues)
    packed = pack_rows(rows)
    # The callers' transactions are rolled back by what is refused here.
    with transaction.atomic(savepoint=False):
        change = begin_change(today)
        publish_after_commit()
        recorded = entries.find_latest_recorded(day, source)
        if recorded is not None and recorded.sha256 == packed.sha256:
            return AppliedSnapshot(recorded.pk, day, source, Outcome.UNCHANGED, len(rows), unchanged=len(rows))
        neighbours = entries.find_neighbours(day)
        baseline = _baseline(neighbours.in_force, rows, packed)
        changed = differing_codes(baseline, rows)
        differing = [issue for issue in issues if issue.code in changed]
        refuse_unusable_text(differing)
        if not force:
            refuse_garbled(differing)
            refuse_unlikely(rows, day, neighbours, baseline, changed)
        is_outranked = entries.is_outranked(source, neighbours.holding)
        entry = entries.record_entry(
            day=day, source=source, row_count=len(rows), packed=packed, run_id=run_id, recorded_at=change.moment,
            supersedes=None if is_outranked else neighbours.holding, is_superseded=is_outranked,
        )  # fmt: skip
        # Also for a list that is only kept: it holds once the stronger one is withdrawn.
        register_masters_of(differing)
        revision = open_revision(_kind_of(is_outranked, neighbours), change, entry)
        if is_outranked:
            result = AppliedSnapshot(entry.pk, day, source, Outcome.RECORDED, len(rows), unchanged=len(rows))
        else:
            hold(day, entry.pk, revision.number)
            result = _revise(entry, revision, rows, changed, neighbours)
        chain_revisions()
        return result


def _kind_of(is_outranked: bool, neighbours: entries.Neighbours) -> RevisionKind:
    if is_outranked:
        return RevisionKind.KEPT
    return RevisionKind.SUPERSEDED if neighbours.holding else RevisionKind.APPLIED


def _baseline(in_force: ListingSnapshot | None, rows: Rows, packed: PackedRows) -> Rows:
    """The rows of the entry in force; the new ones themselves when they are the same, which needs no unpacking."""
    if in_force is None:
        return {}
    if in_force.sha256 == packed.sha256:
        return rows
    return ListReader(packed.canonical, rows).read(zlib.decompress(in_force.rows), in_force.row_count)


def _revise(
    entry: ListingSnapshot,
    revision: LedgerRevision,
    rows: Rows,
    changed: Collection[str],
    neighbours: entries.Neighbours,
) -> AppliedSnapshot:
    """Bring versions and companies in line with the new entry; `changed` are the codes whose rows it says otherwise."""
    day = entry.date_in_force
    day_before = neighbours.previous.date_in_force if neighbours.previous else None
    before = load_histories(changed) if changed else {}
    following = entries.iterate_entries(after=day) if neighbours.following else iter(())
    revised = revise_history(before, day=day, day_before=day_before, rows=rows, following=following)
    if revised:
        refresh_company_issuers(revision, store_histories(revised, before=before, revision=revision))
    # Where the day had a list before, whoever was last seen on the one before it has left on this day, and still has.
    # A list of a day to come is not seen yet.
    if day_before is not None and neighbours.holding is None and has_come(day, revision.day):
        move_last_seen(from_day=day_before, to_day=day, changed_codes=changed)
    refresh_official_columns()
    compared_day = day if neighbours.holding else day_before
    moves = [
        (state_on(before[code], compared_day) if compared_day else None, state_on(versions, day))
        for code, versions in revised.items()
    ]
    new = sum(old is None and state is not None for old, state in moves)
    updated = sum(old is not None and state is not None and old != state for old, state in moves)
    return AppliedSnapshot(
        snapshot_id=entry.pk,
        date_in_force=day,
        source=entry.source,
        outcome=Outcome.APPLIED,
        total=len(rows),
        new=new,
        updated=updated,
        deactivated=sum(old is not None and state is None for old, state in moves),
        unchanged=len(rows) - new - updated,
        events=_count_events(day, revised, neighbours),
    )


def _count_events(day: date, revised: Histories, neighbours: entries.Neighbours) -> int:
    """On a day that had no list before versions can begin or end of those only whose rows the list says otherwise."""
    if neighbours.holding is not None:
        return ListingEvent.objects.filter(event_date=day).count()
    if neighbours.previous is None:
        return 0
    earlier = [neighbours.previous.date_in_force]
    return sum(
        event["date"] == day for code, versions in revised.items() for event in derive_events(code, versions, earlier)
    )
