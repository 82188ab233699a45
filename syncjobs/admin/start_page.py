"""What the admin's first page says of synchronisation: what runs, what was last, what is next, what waits."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import PeriodicTask

from datasources.choices import Provider
from datasources.connection_check import health_of
from datasources.models import DataSource
from syncjobs.choices import RunStatus
from syncjobs.models import SyncRun

_HEALTH = {
    "ok": (_("正常"), "success"), "failing": (_("エラー"), "danger"), "unchecked": (_("未確認"), "warning"), "disabled": (_("無効"), "default"),
}  # fmt: skip
_COLOURS: dict[str, str] = {
    RunStatus.COMPLETED: "success", RunStatus.FAILED: "danger", RunStatus.NEEDS_REVIEW: "warning", RunStatus.RUNNING: "info",
}  # fmt: skip
_HALF_A_MINUTE = timedelta(seconds=30)
#: The scheduled task that brings in the list.
_SYNC_TASK = "syncjobs.tasks.sync_listings"


def sync_figures() -> dict[str, Any]:
    """How synchronisation stands."""
    runs = SyncRun.objects.without_listing().of_lists().of_their_own().select_related("source")
    last = runs.exclude(status__in=(RunStatus.QUEUED, RunStatus.RUNNING)).order_by("-started_at").first()
    return {
        "running": runs.active().first(),
        "last_run": last,
        "last_run_colour": _COLOURS.get(last.status, "default") if last else "",
        "next_sync_at": next_sync_at(),
        "waiting_runs": SyncRun.objects.without_listing()
        .filter(status=RunStatus.NEEDS_REVIEW)
        .select_related("source")[:5],
        "source_health": [(source, *_HEALTH[health_of(source)]) for source in _shown_sources()],
    }


def _shown_sources() -> QuerySet[DataSource]:
    """A source of quotes that nobody wanted is no news."""
    return DataSource.objects.exclude(provider=Provider.YAHOO, is_enabled=False).order_by("provider", "id")


def next_sync_at() -> datetime | None:
    """When the list is brought in by itself the next time; never, where that is switched off."""
    tasks = PeriodicTask.objects.filter(task=_SYNC_TASK, enabled=True).exclude(crontab=None).select_related("crontab")
    now = timezone.now()
    # The estimate loses what passes while it is made; schedules are to the minute.
    moments = [now + task.schedule.remaining_estimate(now) + _HALF_A_MINUTE for task in tasks]
    return min((moment.replace(second=0, microsecond=0) for moment in moments), default=None)
