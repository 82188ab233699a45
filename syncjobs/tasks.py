"""Work that runs by itself or on request: load by id, call, record."""

from datetime import timedelta
from uuid import UUID

import structlog
from celery import shared_task
from django.utils import timezone

from api.idempotent_answers import forget_answers
from api.key_uses import KEPT, forget_uses_before
from api.state_moments import forget_states
from companies.choices import ProofOrigin
from companies.issuers.lineage.proposals import propose_after_changes
from companies.issuers.official_dates.reconciling import count_differences
from companies.ledger.changes import number_unnumbered, roll_over, settle_unknown_day
from companies.ledger.proof_records import forget_proofs, prove_and_record
from database.connections import database_now
from datasources.errors import SourceError
from datasources.providers import list_provider_of
from syncjobs import due_runs
from syncjobs.errors import SyncAlreadyRunning
from syncjobs.execution import execute_run
from syncjobs.issuer_sync import is_due
from syncjobs.purge import purge_runs
from syncjobs.reaper import reap_runs
from syncjobs.recorded_texts import BY_SCHEDULE
from syncjobs.runs import start_issuer_run, start_quote_run
from syncjobs.sources import enabled_list_sources, find_issuer_source, find_quote_source
from syncjobs.uploads import discard_uploads_before

logger = structlog.get_logger(__name__)

_KEEP_UNDECIDED = timedelta(days=1)
# Twice the task's interval: a task that was missed once leaves time for the next.
_RENEW_WITHIN = timedelta(hours=2)


@shared_task
def discard_stale_uploads() -> None:
    """Drop the contents of uploads that nobody decided on for a day."""
    logger.info("uploads_discarded", count=discard_uploads_before(timezone.now() - _KEEP_UNDECIDED))


@shared_task
def execute_sync_run(run_id: str) -> None:
    execute_run(UUID(run_id))


@shared_task
def sync_listings() -> None:
    """The schedule came round: bring in the day's list from every source of lists that is enabled. Where this message is lost
    `decide_due_runs` finds the same a minute later.
    """
    due_runs.decide_due_runs(database_now(), is_due_now=True)


@shared_task
def fetch_next_lists() -> None:
    """The evening's schedule came round: the list of the next business day, of the sources that show it. Nothing is decided here that
    `decide_due_runs` does not decide a minute later.
    """
    due_runs.decide_due_runs(database_now())


@shared_task
def confirm_lists() -> None:
    """The morning's schedule came round: the lists of the evening before can be revised no more, and are fetched again."""
    due_runs.decide_due_runs(database_now())


@shared_task
def sync_monthly_lists() -> None:
    """The schedule came round: look whether the month's list is out, at every source of such lists that is enabled. Where this message is
    lost `decide_due_runs` does the same a minute later.
    """
    due_runs.decide_due_runs(database_now())


@shared_task
def decide_due_runs() -> None:
    """Look every minute what is due and not there, whoever asks and however often."""
    due_runs.decide_due_runs(database_now())


@shared_task
def number_ledger() -> None:
    """Nothing to do but while a release is being replaced: what the one before wrote has no revision yet, or none with
    a day.
    """
    if count := number_unnumbered():
        logger.info("ledger_numbered", revisions=count)
    settle_unknown_day()


@shared_task
def bring_lists_into_force() -> None:
    """Look every minute whether a list of a day to come is that of today by now: then feed, webhooks and metrics tell of it, though
    nobody asks (who asks first brings it into force, too: `api.turns`).
    """
    if roll_over():
        logger.info("list_brought_into_force")


@shared_task
def propose_successions() -> None:
    """Look every minute whether the ledger went on: then the rules say anew which issue came after which."""
    propose_after_changes()


@shared_task
def reconcile_official_days() -> None:
    """Look every minute whether the data changed: then official days are compared with the lists anew, for the metrics."""
    count_differences()


@shared_task
def prove_history() -> None:
    """Every night: that what is stored follows from the lists. From the last good proof on, beside whoever writes meanwhile."""
    proof = prove_and_record(ProofOrigin.SCHEDULE)
    found = len(proof.differences)
    log = logger.error if found else logger.info
    log("history_proven", differences=found, since=proof.since, until=proof.until)
    forget_proofs(timezone.now())


@shared_task
def refresh_quotes() -> None:
    """Start refreshing quotes, where a source of quotes is enabled."""
    source = find_quote_source()
    if source is None:
        return
    try:
        start_quote_run(source, requested_by=BY_SCHEDULE)
    except SyncAlreadyRunning as busy:
        logger.warning("sync_skipped", source_id=source.pk, run_id=str(busy.run_id))


@shared_task
def refresh_issuers() -> None:
    """Start fetching the list of issuers, where its source is enabled and the last one is a week old."""
    source = find_issuer_source()
    if source is None or not is_due(source, database_now()):
        return
    try:
        start_issuer_run(source, requested_by=BY_SCHEDULE)
    except SyncAlreadyRunning as busy:
        logger.warning("sync_skipped", source_id=source.pk, run_id=str(busy.run_id))


@shared_task
def renew_tokens() -> None:
    """Renew tokens before they expire, where a source has any. One source that fails does not keep the others from it."""
    for source in enabled_list_sources():
        try:
            list_provider_of(source).renew_tokens(source, within=_RENEW_WITHIN)
        except SourceError as error:
            logger.warning("token_renewal_failed", source_id=source.pk, code=error.code)


@shared_task
def reap_lost_runs() -> None:
    """End runs whose worker is dead."""
    reap_runs(database_now())


@shared_task
def purge_old_runs() -> None:
    logger.info("runs_purged", count=purge_runs(timezone.now()))
    logger.info("data_states_purged", count=forget_states(timezone.now()))
    logger.info("key_uses_purged", count=forget_uses_before(timezone.localdate() - KEPT))


@shared_task
def forget_idempotent_answers() -> None:
    """Every hour: what was answered to requests with an `Idempotency-Key` a day ago."""
    logger.info("idempotent_answers_purged", count=forget_answers(database_now()))
