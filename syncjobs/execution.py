"""Working on a run in a worker: every way it can end is written down here."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any
from uuid import UUID

import structlog
from django.utils import timezone
from django.utils.translation import gettext

from companies.ledger.provisional.noting import find_note
from companies.models import IssuerList, ListingSnapshot
from datasources.connection_check import WORKS, note_outcome
from datasources.errors import DayNotPublished, SourceError
from datasources.issuer_providers import issuer_list_provider_of
from datasources.providers import ListClient, list_provider_of, quote_provider_of
from syncjobs.backfill import bring_in_range
from syncjobs.business_days import is_closed, learn_business_days
from syncjobs.choices import RunKind, RunStatus
from syncjobs.database_retry import retry_while_unavailable
from syncjobs.errors import RunCancelled, RunLost
from syncjobs.faults import describe_fault
from syncjobs.issuer_sync import bring_in_issuers
from syncjobs.listing_sync import bring_in_listing, note_source_works
from syncjobs.missing_lists import oldest_covered_day
from syncjobs.models import SyncRun
from syncjobs.next_day.refusals import note_answered, note_refused
from syncjobs.progress import Progress, beating
from syncjobs.quote_refresh import bring_in_quotes
from syncjobs.recorded_texts import BY_SCHEDULE
from syncjobs.runs import WORKER_LOST, change_status, claim_run

logger = structlog.get_logger(__name__)


def execute_run(run_id: UUID, clock: Callable[[], datetime] = timezone.now) -> None:
    """Do the work of a queued run and write how it ended. A run that is not queued is left alone. By the clock a list is one that
    its provider may still revise, or is not.

    Errors of ours are written to the run and raised as well; everything else only ends the run.
    """
    run = claim_run(run_id)
    if run is None:
        logger.info("sync_not_claimed", run_id=str(run_id))
        return
    with structlog.contextvars.bound_contextvars(run_id=str(run_id)), beating(run_id):
        try:
            _work(run, clock)
        except RunCancelled:
            end_run(run, RunStatus.CANCELLED)
        except RunLost:
            logger.warning("sync_lost")
        except SourceError as error:
            _end_refused(run, error, clock())
        except Exception as error:
            code, message = describe_fault(error)
            end_run(run, RunStatus.FAILED, code=code, message=message)
            raise


def _end_refused(run: SyncRun, error: SourceError, now: datetime) -> None:
    """That a source does not show tomorrow's list is no failure: the list comes a day later, as it did before there was such."""
    told = note_refused(run, error, now)
    if told is not None:
        note_outcome(run.source, WORKS, told)
        end_run(run, RunStatus.CANCELLED, message=told)
        return
    if isinstance(error, DayNotPublished):
        note_source_works(run)
    else:
        note_outcome(run.source, error.code, error.message)
    end_run(run, RunStatus.FAILED, code=error.code, message=error.message)


def end_run(run: SyncRun, status: RunStatus, *, code: str = "", message: str = "") -> None:
    """Write the end of a run and of the day of a back-fill that was being worked on.

    A list that is in the ledger came in, whatever happened to its run afterwards: then the run is completed. Rows that a
    person approved are kept where a worker was lost, for the next one.
    """
    kept: dict[str, Any] = {"listing": run.listing} if code == WORKER_LOST else {}

    def write() -> None:
        for child in run.children.filter(status=RunStatus.RUNNING):
            if not _complete_if_applied(child.pk):
                change_status(child.pk, status, error_code=code, error_message=message)
        if not _complete_if_applied(run.pk):
            change_status(run.pk, status, error_code=code, error_message=message, **kept)

    retry_while_unavailable(write)


def _complete_if_applied(run_id: UUID) -> bool:
    entry = (
        ListingSnapshot.objects.filter(run_id=run_id).defer("rows").order_by("id").last()
        or IssuerList.objects.filter(run_id=run_id).defer("rows").order_by("id").last()
    )
    if entry is None:
        return False
    is_provisional = isinstance(entry, ListingSnapshot) and find_note(entry) is not None
    return change_status(
        run_id, RunStatus.COMPLETED, date_in_force=entry.date_in_force, total_companies=entry.row_count,
        is_provisional=is_provisional,
    )  # fmt: skip


def _is_for_nothing(run: SyncRun, client: ListClient) -> bool:
    """End a run that the schedule started for a day that turns out to be none of business, as the calendar says by now."""
    if run.requested_by != BY_SCHEDULE or run.requested_date is None:
        return False
    day = run.requested_date
    oldest = oldest_covered_day(run.source, timezone.make_aware(datetime.combine(day, time())))
    retry_while_unavailable(lambda: learn_business_days(client, day, oldest=oldest))
    if not retry_while_unavailable(lambda: is_closed(day)):
        return False
    note_source_works(run)
    end_run(run, RunStatus.CANCELLED, message=gettext("{day} は休業日のため、取得していません。").format(day=day))
    return True


def _work(run: SyncRun, clock: Callable[[], datetime]) -> None:
    progress = Progress(run.pk)
    if run.kind == RunKind.ISSUERS:
        _work_on_issuers(run, progress)
        return
    if run.listing is not None:
        bring_in_listing(run, None, progress, clock)
        return
    if run.kind == RunKind.QUOTES:
        with quote_provider_of(run.source).open(run.source, progress.check_cancelled) as quotes:
            bring_in_quotes(run, quotes, progress)
        return
    with list_provider_of(run.source).open(run.source, progress.check_cancelled) as client:
        if run.kind == RunKind.BACKFILL:
            bring_in_range(run, client, progress)
        elif not _is_for_nothing(run, client):
            bring_in_listing(run, client, progress, clock)
            note_answered(run, clock())


def _work_on_issuers(run: SyncRun, progress: Progress) -> None:
    if run.listing is not None:
        bring_in_issuers(run, None, progress)
        return
    with issuer_list_provider_of(run.source).open(run.source, progress.check_cancelled) as client:
        bring_in_issuers(run, client, progress)
