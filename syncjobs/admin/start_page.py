"""What the admin's first page says of synchronisation: what runs, what was last, what is next, what waits."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from datasources.connection_check import health_of
from datasources.models import DataSource
from datasources.providers import ListProvider, all_providers, labels_of
from syncjobs.choices import RunStatus
from syncjobs.models import SyncRun
from syncjobs.schedule_times import next_sync_at
from syncjobs.sync_state import source_states

_HEALTH = {
    "ok": (_("正常"), "success"), "failing": (_("エラー"), "danger"), "unchecked": (_("未確認"), "warning"), "disabled": (_("無効"), "default"),
}  # fmt: skip
_SHOWN_DAYS = 5
_COLOURS: dict[str, str] = {
    RunStatus.COMPLETED: "success", RunStatus.FAILED: "danger", RunStatus.NEEDS_REVIEW: "warning", RunStatus.RUNNING: "info",
}  # fmt: skip


def sync_figures() -> dict[str, Any]:
    """How synchronisation stands. Nothing of it is green while a business day is missing, a run waits for a person, or a retry
    goes on.
    """
    states = source_states(timezone.now())
    troubled = [state for state in states if state.missing]
    waiting = SyncRun.objects.without_listing().filter(status=RunStatus.NEEDS_REVIEW).select_related("source")[:5]
    is_well = not troubled and not waiting
    runs = SyncRun.objects.without_listing().of_lists().of_their_own().select_related("source")
    last = runs.exclude(status__in=(RunStatus.QUEUED, RunStatus.RUNNING)).order_by("-started_at").first()
    return {
        "running": runs.active().first(),
        "last_run": last,
        "last_run_colour": _only_if(is_well, _COLOURS.get(last.status, "default")) if last else "",
        "troubled": [
            (state, state.missing[:_SHOWN_DAYS], max(0, len(state.missing) - _SHOWN_DAYS)) for state in troubled
        ],
        "list_providers": labels_of(ListProvider),
        # The schedule comes round for nobody where no source is set up.
        "has_scheduled_source": bool(states),
        "next_sync_at": next_sync_at(),
        "waiting_runs": waiting,
        "source_health": [
            (source, _HEALTH[health][0], _only_if(is_well, _HEALTH[health][1]))
            for source in _shown_sources()
            for health in [health_of(source)]
        ],
    }


def _only_if(is_well: bool, colour: str) -> str:
    return colour if is_well or colour != "success" else "default"


def _shown_sources() -> QuerySet[DataSource]:
    """A source that came with the product and that nobody wanted is no news."""
    brought = [name for name, provider in all_providers().items() if provider.comes_with_product]
    return DataSource.objects.exclude(provider__in=brought, is_enabled=False).order_by("provider", "id")
