"""The life of a run: started, claimed by one worker, ended by it; cancelled or rejected by people (`syncjobs.approval`
has approving).

Every change of status is a conditional update that must hit one row: of two who decide at once, one finds nothing.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import redis
import structlog
from celery import current_app
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext
from kombu.exceptions import KombuError

from api.generations import publish_after_commit
from datasources.models import DataSource
from sign_in.models import ChangeKind
from sign_in.recording import record_change
from syncjobs.choices import ACTIVE_STATUSES, ALLOWED_BEFORE, FINISHED_STATUSES, RunKind, RunPhase, RunStatus
from syncjobs.errors import RunIsApplying, RunNotCancellable, SourceNotUsable, SyncAlreadyRunning
from syncjobs.metrics import SYNC_RUNS
from syncjobs.models import SyncRun
from syncjobs.recorded_texts import who
from syncjobs.sources import check_has_every_day, check_has_issuers, check_has_lists, check_has_quotes

logger = structlog.get_logger(__name__)

#: How a run ends whose worker died.
WORKER_LOST = "WORKER_LOST"
#: The task that works on a run; by name, because tasks stand above this module.
EXECUTE_TASK = "syncjobs.tasks.execute_sync_run"


def start_listing_run(
    source: DataSource, *, requested_by: str, day: date | None = None, is_forced: bool = False
) -> SyncRun:
    """Start bringing in the list of `day` (in Japan; `None`: the latest). A worker does it after the commit.

    Raises `SyncAlreadyRunning` and `SourceNotUsable`.
    """
    check_has_lists(source)
    return _start(SyncRun(source=source, requested_date=day, is_forced=is_forced, requested_by=requested_by))


def start_backfill(source: DataSource, *, first: date, last: date, requested_by: str) -> SyncRun:
    """Start bringing in the lists of all business days from `first` to `last`, skipping those that are there.

    Raises `SyncAlreadyRunning` and `SourceNotUsable`.
    """
    check_has_lists(source)
    check_has_every_day(source)
    return _start(
        SyncRun(
            source=source, kind=RunKind.BACKFILL, requested_date=first, range_end=last, requested_by=requested_by
        )
    )  # fmt: skip


def start_quote_run(source: DataSource, *, requested_by: str) -> SyncRun:
    """Start refreshing the quotes of the source's universe that are no longer fresh.

    Raises `SyncAlreadyRunning` and `SourceNotUsable`.
    """
    check_has_quotes(source)
    return _start(SyncRun(source=source, kind=RunKind.QUOTES, requested_by=requested_by))


def start_issuer_run(source: DataSource, *, requested_by: str) -> SyncRun:
    """Start fetching the list of issuers of now, if it is another one than the last.

    Raises `SyncAlreadyRunning` and `SourceNotUsable`.
    """
    check_has_issuers(source)
    return _start(SyncRun(source=source, kind=RunKind.ISSUERS, requested_by=requested_by))


def retry_run(lost: SyncRun) -> SyncRun:
    """The same once more, for a run that lost its worker: with its force, and with the rows that a person approved.

    Raises `SyncAlreadyRunning` and `SourceNotUsable`.
    """
    retry = _start(
        SyncRun(
            source=lost.source,
            parent=lost.parent,
            retry_of=lost,
            kind=lost.kind,
            requested_date=lost.requested_date,
            range_end=lost.range_end,
            date_in_force=lost.date_in_force if lost.listing else None,
            fetched_at=lost.fetched_at if lost.listing else None,
            is_forced=lost.is_forced,
            listing=lost.listing,
            approved_by=lost.approved_by,
            approved_at=lost.approved_at,
            approval_reason=lost.approval_reason,
            confirmed_counts=lost.confirmed_counts,
            requested_by=lost.requested_by,
        )
    )
    SyncRun.objects.filter(pk=lost.pk).update(listing=None)
    return retry


def claim_run(run_id: UUID) -> SyncRun | None:
    """Take a queued run for this worker; `None` when another took it, or it was cancelled."""
    # By the database's clock, as whoever looks for silent workers reads it: those of two machines may be minutes apart.
    taken = change_status(run_id, RunStatus.RUNNING, claimed_at=Now(), heartbeat_at=Now())
    return SyncRun.objects.select_related("source").get(pk=run_id) if taken else None


def change_status(run_id: UUID, status: RunStatus, not_in_phase: RunPhase | None = None, /, **fields: Any) -> bool:
    """Move a run to `status` if the table of moves allows it from where it stands. Whether it did.

    Sets the end's time, and drops the fetched rows of a run that will not change any more, unless told to keep them.
    """
    return _move(run_id, status, ALLOWED_BEFORE[status], not_in_phase, **fields)


def _move(
    run_id: UUID, status: RunStatus, before: Sequence[str], not_in_phase: RunPhase | None = None, /, **fields: Any
) -> bool:
    if status in ACTIVE_STATUSES:
        fields |= {"completed_at": None}
    else:
        fields |= {"completed_at": Now(), "phase": RunPhase.ENDED}
    if status in FINISHED_STATUSES:
        fields = {"listing": None, **fields}
    movable = SyncRun.objects.filter(pk=run_id, status__in=before).exclude(phase=not_in_phase or "")
    moved = movable.update(status=status, **fields) == 1
    # Also where it hit nothing: the database counts statements (a trigger cannot see whether one changed a row and which column alike),
    # and a number that nobody publishes leaves Redis behind until the next key is confirmed.
    publish_after_commit()
    if moved:
        logger.info(
            "sync_status_changed", run_id=str(run_id), status=str(status), error_code=fields.get("error_code") or None
        )
        SYNC_RUNS.labels(status).inc()
    return moved


def cancel_run(run: SyncRun, *, cancelled_by: str) -> None:
    """Cancel a run: at once where nobody works on it, else its worker stops at its next look, and never writes after that.
    Cancelling one that needs review rejects it. Raises `RunNotCancellable`, and `RunIsApplying` where it is too late.
    """
    if run.parent_id and run.status != RunStatus.NEEDS_REVIEW:
        raise RunNotCancellable
    told: dict[str, Any] = {"cancelled_by": cancelled_by, "cancel_requested_at": Now()}
    waiting = SyncRun.objects.filter(pk=run.pk, status=RunStatus.RUNNING).exclude(phase=RunPhase.APPLYING)
    has_hit = (
        waiting.update(**told) == 1
        or _reject(run, told)
        or change_status(run.pk, RunStatus.CANCELLED, RunPhase.APPLYING, **told)
    )
    if not has_hit:
        is_applying = SyncRun.objects.filter(pk=run.pk, status=RunStatus.RUNNING).exists()
        raise RunIsApplying if is_applying else RunNotCancellable
    logger.info("sync_cancel_requested", run_id=str(run.pk))


@transaction.atomic  # nobody rejects without being written down
def _reject(run: SyncRun, told: dict[str, Any]) -> bool:
    has_moved = _move(run.pk, RunStatus.CANCELLED, (RunStatus.NEEDS_REVIEW,), is_rejected=True, **told)
    if has_moved:
        record_change(run, ChangeKind.REJECTED, person=who(told["cancelled_by"]))
    return has_moved


def enqueue_run(run_id: UUID) -> None:
    """Tell a worker. Where the broker cannot be reached the run stays queued, and the reaper tells it later."""
    SyncRun.objects.filter(pk=run_id).update(enqueued_at=Now())
    try:
        current_app.send_task(EXECUTE_TASK, args=[str(run_id)], retry=False)
    except (KombuError, OSError, redis.RedisError) as error:
        logger.warning("sync_enqueue_failed", run_id=str(run_id), error=type(error).__name__)


def _start(run: SyncRun) -> SyncRun:
    if not run.source.is_enabled:
        raise SourceNotUsable(
            gettext("データソース「{name}」は無効です。管理画面で有効にしてください。").format(name=run.source.name)
        )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            publish_after_commit()
            transaction.on_commit(lambda: enqueue_run(run.pk))
    except IntegrityError:
        active = find_active(run.source_id)
        if active is None:  # it ended between the two statements
            return _start(run)
        raise SyncAlreadyRunning(active) from None
    run.refresh_from_db(fields=["started_at", "enqueued_at"])
    logger.info("sync_started", run_id=str(run.pk), kind=run.kind, source_id=run.source_id)
    return run


def find_active(source_id: int) -> UUID | None:
    """The run that occupies a source."""
    found: UUID | None = (
        SyncRun.objects.filter(source=source_id).of_their_own().active().values_list("pk", flat=True).first()
    )
    return found
