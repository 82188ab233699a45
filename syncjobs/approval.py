"""Approving a doubtful list: by somebody who says why, and how many companies will be gone by it."""

from collections import Counter
from collections.abc import Mapping

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from companies.choices import EventType
from companies.errors import SnapshotRefused
from companies.ledger.confirmation import differing_figures
from datasources.providers import provider_of
from sign_in.models import ChangeKind
from sign_in.recording import record_change
from syncjobs.choices import RunKind, RunPhase, RunStatus
from syncjobs.errors import FiguresDiffer, RunNotApprovable, SyncAlreadyRunning
from syncjobs.fetched_listing import unpack_issues
from syncjobs.listing_sync import describe_changes, describe_refusal, preview_list
from syncjobs.models import SyncRun
from syncjobs.recorded_texts import who
from syncjobs.runs import change_status, enqueue_run, find_active

logger = structlog.get_logger(__name__)


def can_be_approved(run: SyncRun) -> bool:
    """Whether it waits for a decision, and its rows can be a list if somebody says so; not one of a provider that is gone."""
    is_whole = run.listing is not None and run.date_in_force is not None
    provider = provider_of(run.source)
    return run.status == RunStatus.NEEDS_REVIEW and is_whole and (provider.has_lists or provider.has_issuers)


def approve_run(run: SyncRun, *, approved_by: str, reason: str, confirmed: Mapping[str, int]) -> None:
    """Apply what was reviewed, exactly, by a worker.

    `confirmed` has the numbers that `companies.ledger.confirmation.figures_to_confirm` asks for. They are compared with what the
    list would change at this moment, and once more when it is applied. Raises `FiguresDiffer` (what is shown for review
    is up to date then), `RunNotApprovable` and `SyncAlreadyRunning`.
    """
    counts = _count_changes_now(run)
    if differing := differing_figures(confirmed, counts):
        raise FiguresDiffer(differing, counts, [kind for kind in differing if kind not in confirmed])
    try:
        with transaction.atomic():
            is_ours = change_status(
                run.pk, RunStatus.QUEUED, is_forced=True, approved_by=approved_by, approved_at=timezone.now(),
                approval_reason=reason, confirmed_counts=dict(confirmed), phase=RunPhase.WAITING, done=0,
                error_code="", error_message="",
            )  # fmt: skip
            if not is_ours:
                raise RunNotApprovable
            record_change(
                run, ChangeKind.APPROVED, person=who(approved_by), reason=reason,
                values=told_counts(confirmed),
            )  # fmt: skip
            transaction.on_commit(lambda: enqueue_run(run.pk))
    except IntegrityError:
        raise SyncAlreadyRunning(find_active(run.source_id) or run.pk) from None
    logger.info("sync_approved", run_id=str(run.pk), confirmed=dict(confirmed))


def told_counts(confirmed: Mapping[str, int]) -> dict[str, list[int | None]]:
    """What a person had counted, by kind of event, for the record of what was approved."""
    with translation.override("ja"):
        return {str(EventType(kind).label): [None, count] for kind, count in confirmed.items()}


def _count_changes_now(run: SyncRun) -> dict[str, int]:
    """What the kept list would change now, by kind; other lists may have come since it was fetched."""
    if not can_be_approved(run) or run.date_in_force is None:
        raise RunNotApprovable
    if run.kind == RunKind.ISSUERS:  # no event follows from it
        return {}
    try:
        preview = preview_list(run, run.date_in_force, unpack_issues(run.listing or b""))
    except SnapshotRefused as refusal:
        raise RunNotApprovable from refusal
    counts = dict(Counter(change.event_type for change in preview.changes))
    if counts != (run.review or {}).get("event_counts"):
        review = {**(run.review or {}), **describe_changes(preview)}
        if preview.refusal is not None:
            review |= describe_refusal(preview.refusal)
        SyncRun.objects.filter(pk=run.pk, status=RunStatus.NEEDS_REVIEW).update(review=review)
        run.review = review
    return counts
