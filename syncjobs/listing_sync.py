"""Bringing in one day's list: fetched whole, then applied in one transaction, or kept for a person to decide on."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from companies.errors import SnapshotDiffers, SnapshotRefused
from companies.ledger.field_changes import count_field_changes
from companies.ledger.provisional.noting import note_fetched
from companies.ledger.refusal_wording import explain_refusal
from companies.ledger.snapshots import AppliedSnapshot, SnapshotPreview, apply_snapshot, preview_snapshot
from companies.listed_issue import ListedIssue
from companies.models import ListingSnapshot
from datasources.connection_check import WORKS, note_outcome
from datasources.providers import FetchedList, ListClient, list_provider_of, provider_of
from syncjobs.choices import RunPhase, RunStatus
from syncjobs.database_retry import retry_while_unavailable
from syncjobs.errors import RunLost
from syncjobs.fetched_listing import pack_issues, unpack_issues
from syncjobs.models import SyncRun
from syncjobs.next_day.revision import revisable_until
from syncjobs.progress import Progress
from syncjobs.runs import change_status
from syncjobs.unchanged_lists import complete_unchanged, keep_validators, kept_validators

_SHOWN_CHANGES = 100


def bring_in_listing(
    run: SyncRun, client: ListClient | None, progress: Progress, clock: Callable[[], datetime] = timezone.now
) -> RunStatus:
    """Fetch and apply the list a run asks for, and end the run as completed or to be reviewed.

    Without a client the rows kept with the run are applied, which a person approved. Raises `SourceError`.
    """
    if client or run.fetched_at is None:
        run.fetched_at = clock()
    listing = _fetch(run, client, progress) if client else _kept_listing(run)
    if client and run.parent_id is None:
        note_source_works(run)
    if listing is None:
        retry_while_unavailable(lambda: complete_unchanged(run))
        return RunStatus.COMPLETED
    # An empty answer is of no day; the ledger refuses it under the day that was asked for.
    day = listing.date_in_force or run.requested_date or timezone.localdate()
    retry_while_unavailable(lambda: progress.begin_applying(len(listing.issues)))
    try:
        result = retry_while_unavailable(lambda: _apply(run, day, listing.issues))
    except SnapshotRefused as refusal:
        return retry_while_unavailable(partial(_keep_for_review, run, day, listing, refusal))
    except SnapshotDiffers:
        return retry_while_unavailable(partial(_review_again, run, day, listing))
    retry_while_unavailable(lambda: _complete(run, result, listing))
    return RunStatus.COMPLETED


def note_source_works(run: SyncRun) -> None:
    """To be called before the run ends: who sees it ended sees how its source is."""
    is_opened = provider_of(run.source).form.secrets
    message = gettext("取得できました。認証情報は有効です。") if is_opened else gettext("一覧を取得できました。")
    retry_while_unavailable(lambda: note_outcome(run.source, WORKS, message))


def _fetch(run: SyncRun, client: ListClient, progress: Progress) -> FetchedList | None:
    if run.parent_id is not None:  # a day of a back-fill tells nothing of its own
        return client.fetch_listing(run.requested_date)
    newest = ListingSnapshot.objects.holding().order_by("date_in_force").values_list("row_count", flat=True).last()
    expected = newest or 0

    def report(rows: int) -> None:
        # A list that has more rows than the one before: how many more cannot be told.
        progress.report(RunPhase.FETCHING, rows, expected if rows < expected else 0)

    report(0)
    validators = kept_validators(run.source, lambda pk: ListingSnapshot.objects.standing().filter(pk=pk).exists())
    return client.fetch_newer(run.requested_date, validators, report)


def _kept_listing(run: SyncRun) -> FetchedList:
    return FetchedList(run.date_in_force, unpack_issues(run.listing or b""))


def _apply(run: SyncRun, day: date, issues: list[ListedIssue]) -> AppliedSnapshot:
    source = list_provider_of(run.source).snapshot_source
    with transaction.atomic():  # nobody sees the list without knowing whether it stands
        result = apply_snapshot(day, issues, source, force=run.is_forced, confirmed=run.confirmed_counts, run_id=run.pk)
        run.is_provisional = note_fetched(
            result,
            fetched_at=run.fetched_at or timezone.now(),
            revisable_until=revisable_until(run.source, day),
            run_id=run.pk,
        )
    return result


def preview_list(run: SyncRun, day: date, issues: list[ListedIssue]) -> SnapshotPreview:
    """What applying the list of a run would change now. Raises `SnapshotRefused`."""
    return preview_snapshot(day, issues, list_provider_of(run.source).snapshot_source)


@transaction.atomic  # who sees the run completed sees the others settled
def _complete(run: SyncRun, result: AppliedSnapshot, listing: FetchedList) -> None:
    is_ours = change_status(
        run.pk,
        RunStatus.COMPLETED,
        date_in_force=result.date_in_force,
        fetched_at=run.fetched_at,
        is_provisional=run.is_provisional,
        done=result.total,
        total=result.total,
        total_companies=result.total,
        new_companies=result.new,
        updated_companies=result.updated,
        deactivated_companies=result.deactivated,
        unchanged_companies=result.unchanged,
        field_changes=_field_changes(run, result),
        error_message=" ".join(listing.warnings),
    )
    if not is_ours:
        raise RunLost
    if listing.validators:
        keep_validators(run, listing.validators, result.snapshot_id)
    # A good list of the same day settles what earlier ones of it left open.
    _settle_earlier(run, result.date_in_force)


def _settle_earlier(run: SyncRun, day: date) -> None:
    same_day = Q(date_in_force=day) | Q(date_in_force=None)  # an empty list was of no day
    undecided = SyncRun.objects.filter(same_day, source=run.source_id, status=RunStatus.NEEDS_REVIEW).exclude(pk=run.pk)
    _cancel(undecided, gettext("同じ基準日の一覧が後の同期で取り込まれました。"))


def _settle_overtaken(run: SyncRun, day: date) -> None:
    """Of two doubtful lists of a day, that of the evening and its revision, a person has to look at one."""
    until = revisable_until(run.source, day)
    if until is None or run.fetched_at is None or run.fetched_at < until:
        return
    undecided = SyncRun.objects.filter(source=run.source_id, status=RunStatus.NEEDS_REVIEW).exclude(pk=run.pk)
    overtaken = undecided.filter(date_in_force=day, fetched_at__lt=until)
    _cancel(overtaken, gettext("同じ基準日の改訂後の一覧を取得しました。確認するのは、後の同期の一覧です。"))


def _cancel(undecided: QuerySet[SyncRun], message: str) -> None:
    for run_id in undecided.values_list("pk", flat=True):
        change_status(run_id, RunStatus.CANCELLED, error_message=message)


def _field_changes(run: SyncRun, result: AppliedSnapshot) -> dict[str, dict[str, int]] | None:
    """Not of the days of a back-fill, which nobody looks at one by one."""
    if not result.updated or run.parent_id is not None:
        return None
    return count_field_changes(result.snapshot_id)._asdict()


@transaction.atomic  # of two lists of a day, the one of the evening and its revision, a person has to look at one
def _keep_for_review(run: SyncRun, day: date, listing: FetchedList, refusal: SnapshotRefused) -> RunStatus:
    is_ours = change_status(
        run.pk,
        RunStatus.NEEDS_REVIEW,
        date_in_force=listing.date_in_force,
        fetched_at=run.fetched_at,
        total_companies=len(listing.issues),
        error_code=refusal.reason.upper(),
        error_message=explain_refusal(refusal),
        review=_describe(run, day, listing.issues, refusal),
        listing=pack_issues(listing.issues) if refusal.can_be_forced else None,
    )
    if not is_ours:
        raise RunLost
    if listing.date_in_force is not None:
        _settle_overtaken(run, day)
    return RunStatus.NEEDS_REVIEW


def _review_again(run: SyncRun, day: date, listing: FetchedList) -> RunStatus:
    """Between approving and applying another list came in: the approval was of something else, and counts no more."""
    preview = preview_list(run, day, listing.issues)
    is_ours = change_status(
        run.pk,
        RunStatus.NEEDS_REVIEW,
        error_code="REVIEW_CHANGED",
        error_message=gettext("承認の後に変化の件数が変わったため、取り込んでいません。もう一度確認してください。"),
        review={**(run.review or {}), **describe_changes(preview)},
        is_forced=False, approved_by="", approved_at=None, approval_reason="", confirmed_counts=None,
    )  # fmt: skip
    if not is_ours:
        raise RunLost
    return RunStatus.NEEDS_REVIEW


def _describe(run: SyncRun, day: date, issues: list[ListedIssue], refusal: SnapshotRefused) -> dict[str, Any]:
    """The reason with its figures, and what applying would change."""
    described = describe_refusal(refusal)
    if refusal.can_be_forced:
        described |= describe_changes(preview_list(run, day, issues))
    return described


def describe_refusal(refusal: SnapshotRefused) -> dict[str, Any]:
    """Of a review: the reason with its figures."""
    return {
        "reason": refusal.reason, "message": explain_refusal(refusal), "can_be_approved": refusal.can_be_forced,
        "details": refusal.details,
    }  # fmt: skip


def describe_changes(preview: SnapshotPreview) -> dict[str, Any]:
    """Of a review: what applying would change, as counts by kind and a sample."""
    counts = Counter(change.event_type for change in preview.changes)
    return {
        "event_counts": dict(counts.most_common()),
        "changes": [
            {"code": c.code, "company_name": c.company_name, "event_type": c.event_type, "old": c.old, "new": c.new}
            for c in preview.changes[:_SHOWN_CHANGES]
        ],
    }
