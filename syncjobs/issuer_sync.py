"""Bringing in a list of issuers: fetched whole if there is another one, then applied, or kept for a person to decide on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from companies.issuers.errors import IssuerListRefused
from companies.issuers.issuer_lists import AppliedIssuerList, apply_issuer_list
from companies.issuers.refusal_wording import explain_issuer_refusal
from companies.models import IssuerList
from datasources.connection_check import WORKS, note_outcome
from datasources.issuer_providers import FetchedIssuers, IssuerFile, IssuerListClient
from datasources.models import DataSource
from syncjobs.choices import RunKind, RunPhase, RunStatus
from syncjobs.database_retry import retry_while_unavailable
from syncjobs.errors import RunLost
from syncjobs.fetched_issuers import pack_issuers, unpack_issuers
from syncjobs.models import SyncRun
from syncjobs.progress import Progress
from syncjobs.runs import change_status
from syncjobs.unchanged_lists import complete_unchanged, keep_validators, kept_validators

#: Looked for every day, fetched when the last one is older: a day on which the service is away is made up for on the next.
INTERVAL = timedelta(days=6, hours=12)


def is_due(source: DataSource, moment: datetime) -> bool:
    """Whether no list came for a week, and none waits for a person who could take it."""
    runs = source.runs.filter(kind=RunKind.ISSUERS)
    if runs.filter(status=RunStatus.NEEDS_REVIEW, listing__isnull=False).exists():
        return False
    return not runs.filter(status=RunStatus.COMPLETED, completed_at__gt=moment - INTERVAL).exists()


def bring_in_issuers(run: SyncRun, client: IssuerListClient | None, progress: Progress) -> RunStatus:
    """Fetch and apply the list of now, and end the run as completed or to be reviewed.

    Without a client the rows kept with the run are applied, which a person approved. Raises `SourceError`.
    """
    validators: Mapping[str, str] = {}
    if client is None:
        issuers = IssuerFile(run.date_in_force or timezone.localdate(), unpack_issuers(run.listing or b""), 0, [])
    else:
        fetched = _fetch(run, client, progress)
        _note_source_works(run)
        if fetched is None:
            retry_while_unavailable(partial(complete_unchanged, run))
            return RunStatus.COMPLETED
        issuers, validators = fetched.issuers, fetched.validators
    retry_while_unavailable(lambda: progress.begin_applying(len(issuers.filers)))
    try:
        result = retry_while_unavailable(partial(_apply, run, issuers))
    except IssuerListRefused as refusal:
        return retry_while_unavailable(partial(_keep_for_review, run, issuers, refusal))
    retry_while_unavailable(partial(_complete, run, result, validators))
    return RunStatus.COMPLETED


def _fetch(run: SyncRun, client: IssuerListClient, progress: Progress) -> FetchedIssuers | None:
    progress.report(RunPhase.FETCHING, 0, 1)
    return client.fetch_issuers(
        kept_validators(run.source, lambda pk: IssuerList.objects.filter(pk=pk, withdrawal=None).exists())
    )


def _apply(run: SyncRun, issuers: IssuerFile) -> AppliedIssuerList:
    return apply_issuer_list(issuers.date_in_force, issuers.filers, force=run.is_forced, run_id=run.pk)


def _note_source_works(run: SyncRun) -> None:
    """Before the run ends: who sees it ended sees how its source is."""
    retry_while_unavailable(lambda: note_outcome(run.source, WORKS, gettext("一覧を取得できました。")))


@transaction.atomic  # who sees the run completed sees the others settled
def _complete(run: SyncRun, result: AppliedIssuerList, validators: Mapping[str, str]) -> None:
    is_ours = change_status(
        run.pk, RunStatus.COMPLETED, date_in_force=result.date_in_force, done=result.total, total=result.total,
        total_companies=result.total, new_companies=result.new_issuers, updated_companies=result.companies,
    )  # fmt: skip
    if not is_ours:
        raise RunLost
    keep_validators(run, validators, result.list_id)
    undecided = SyncRun.objects.filter(
        Q(date_in_force=None) | Q(date_in_force__lte=result.date_in_force),
        source=run.source_id, kind=RunKind.ISSUERS, status=RunStatus.NEEDS_REVIEW,
    )  # fmt: skip
    for run_id in undecided.values_list("pk", flat=True):
        change_status(run_id, RunStatus.CANCELLED, error_message=gettext("後の一覧が取り込まれました。"))


def _keep_for_review(run: SyncRun, issuers: IssuerFile, refusal: IssuerListRefused) -> RunStatus:
    is_ours = change_status(
        run.pk, RunStatus.NEEDS_REVIEW, date_in_force=issuers.date_in_force, total_companies=len(issuers.filers),
        error_code=refusal.reason.upper(), error_message=explain_issuer_refusal(refusal), review=_describe(refusal),
        listing=pack_issuers(issuers.filers) if refusal.can_be_forced else None,
    )  # fmt: skip
    if not is_ours:
        raise RunLost
    return RunStatus.NEEDS_REVIEW


def _describe(refusal: IssuerListRefused) -> dict[str, Any]:
    """Of a review: the reason with its figures. No events follow from it, so that there are none to count."""
    return {
        "reason": refusal.reason, "message": explain_issuer_refusal(refusal), "can_be_approved": refusal.can_be_forced,
        "details": refusal.details, "event_counts": {}, "changes": [],
    }  # fmt: skip
