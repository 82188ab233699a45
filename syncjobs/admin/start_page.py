"""What the admin's first page says of synchronisation: what runs, what was last, what is next, what waits."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from datasources.connection_check import health_of
from datasources.models import DataSource
from datasources.providers import ListProvider, all_providers, labels_of
from syncjobs.choices import RunStatus
from syncjobs.models import SyncRun
from syncjobs.schedule_times import next_sync_at
from syncjobs.sync_state import source_states
from wording.coloured_choices import Colour

_SHOWN_DAYS = 5


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
        "last_run_colour": _only_if(is_well, last.status_colour) if last else "",
        "troubled": [
            (state, state.missing[:_SHOWN_DAYS], max(0, len(state.missing) - _SHOWN_DAYS)) for state in troubled
        ],
        "list_providers": labels_of(ListProvider),
        # The schedule comes round for nobody where no source is set up.
        "has_scheduled_source": bool(states),
        "next_sync_at": next_sync_at(),
        "waiting_runs": waiting,
        "source_health": [
            (source, health.label, _only_if(is_well, health.colour))
            for source in _shown_sources()
            for health in [health_of(source)]
        ],
    }


def _only_if(is_well: bool, colour: Colour) -> Colour:
    return colour if is_well or colour is not Colour.SUCCESS else Colour.DEFAULT


def _shown_sources() -> QuerySet[DataSource]:
    """A source that came with the product and that nobody wanted is no news."""
    brought = [name for name, provider in all_providers().items() if provider.comes_with_product]
    return DataSource.objects.exclude(provider__in=brought, is_enabled=False).order_by("provider", "id")
