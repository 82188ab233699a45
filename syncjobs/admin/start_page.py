"""What the admin's first page says of synchronisation: what runs, what was last, what is next, what waits."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from datasources.choices import Provider
from datasources.connection_check import health_of
from datasources.models import DataSource
from syncjobs.choices import RunStatus
from syncjobs.models import SyncRun
from syncjobs.schedule_times import next_sync_at

_HEALTH = {
    "ok": (_("正常"), "success"), "failing": (_("エラー"), "danger"), "unchecked": (_("未確認"), "warning"), "disabled": (_("無効"), "default"),
}  # fmt: skip
_COLOURS: dict[str, str] = {
    RunStatus.COMPLETED: "success", RunStatus.FAILED: "danger", RunStatus.NEEDS_REVIEW: "warning", RunStatus.RUNNING: "info",
}  # fmt: skip


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
