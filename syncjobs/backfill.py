"""Bringing in the lists of a range of business days: one parent run, a child for each day that is missing."""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext

from api.front.lease_time import waiting_once
from companies.models import ListingSnapshot
from database.connections import database_now
from datasources.errors import SourceError
from datasources.providers import ListClient, list_provider_of
from syncjobs.business_days import list_business_days
from syncjobs.choices import RunPhase, RunStatus
from syncjobs.database_retry import retry_while_unavailable
from syncjobs.listing_sync import bring_in_listing, note_source_works
from syncjobs.models import SyncRun
from syncjobs.progress import Progress
from syncjobs.runs import change_status


def bring_in_range(run: SyncRun, client: ListClient, progress: Progress) -> None:
    """Work through the days of a back-fill, oldest first, and end it. Raises `SourceError` that names the day.

    Days that the ledger has from this provider are skipped, so a back-fill that was interrupted goes on where it
    stopped. A day that needs review does not hold up the others; the parent then says that days are left.
    """
    if run.requested_date is None or run.range_end is None:
        raise ValueError(f"run {run.pk} has no range")
    progress.report(RunPhase.FETCHING, 0, 0)
    days = _business_days(client, run.requested_date, run.range_end)
    recorded = retry_while_unavailable(lambda: _recorded_days(run))
    left: list[date] = []
    missing = [day for day in days if day not in recorded]
    # The days are reported with the whole.
    with waiting_once(), client.for_days(missing, progress.note) as prepared:
        for position, day in enumerate(days):
            progress.check_cancelled()
            progress.report(RunPhase.DAYS, position, len(days))
            if day not in recorded and _bring_in_day(run, day, prepared, progress) is RunStatus.NEEDS_REVIEW:
                left.append(day)
    progress.report(RunPhase.DAYS, len(days), len(days))
    note_source_works(run)
    retry_while_unavailable(lambda: _end(run, days, left))


def _business_days(client: ListClient, first: date, last: date) -> list[date]:
    told = client.fetch_business_days(first, last)
    return retry_while_unavailable(lambda: list_business_days(first, last))[::-1] if told is None else told


def _bring_in_day(run: SyncRun, day: date, client: ListClient, progress: Progress) -> RunStatus:
    now = database_now()
    child = retry_while_unavailable(
        lambda: SyncRun.objects.create(
            source=run.source, parent=run, requested_date=day, requested_by=run.requested_by,
            status=RunStatus.RUNNING, phase=RunPhase.FETCHING, claimed_at=now, heartbeat_at=now,
        )
    )  # fmt: skip
    try:
        return bring_in_listing(child, client, _DayProgress(progress))
    except SourceError as error:
        raise SourceError(
            error.code,
            gettext(
                "{day} の一覧を取得できません: {message} 取り込んだ日はそのまま残り、"
                "もう一度実行すると続きから取り込みます。"
            ).format(day=day, message=error.message),
            is_retryable=error.is_retryable,
            status=error.status,
        ) from error


class _DayProgress(Progress):
    """A day reports nothing of its own, but stops when the whole is cancelled."""

    def __init__(self, whole: Progress) -> None:
        self._whole = whole

    def check_cancelled(self) -> None:
        self._whole.check_cancelled()

    def begin_applying(self, total: int) -> None:
        self._whole.check_cancelled()

    def report(self, phase: RunPhase, done: int, total: int) -> None:
        pass


def _recorded_days(run: SyncRun) -> Collection[date]:
    found = ListingSnapshot.objects.standing().filter(
        source=list_provider_of(run.source).snapshot_source,
        date_in_force__range=(run.requested_date, run.range_end),
    )
    return set(found.values_list("date_in_force", flat=True))


def _end(run: SyncRun, days: list[date], left: list[date]) -> None:
    sums = SyncRun.objects.filter(parent=run, status=RunStatus.COMPLETED).sum_counts()
    if not left:
        change_status(run.pk, RunStatus.COMPLETED, **sums)
        return
    shown = "、".join(map(str, left[:5]))
    change_status(
        run.pk, RunStatus.FAILED, error_code="DAYS_LEFT", **sums,
        error_message=gettext(
            "{days} 営業日のうち {left} 日の一覧は確認が必要です（{shown}）。"
            "日ごとの結果で内容を確認し、承認または却下してください。"
        ).format(days=len(days), left=len(left), shown=shown),
    )  # fmt: skip
