"""What the admin's first page says of synchronisation: what runs, what was last, what is next, what waits, what has stopped."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from datasources.choices import SourceHealth
from datasources.connection_check import health_of
from datasources.models import DataSource
from datasources.providers import ListProvider, all_providers, labels_of, provider_of
from syncjobs.admin.first_steps import first_steps
from syncjobs.admin.run_page import summary
from syncjobs.admin.shown_progress import show_progress
from syncjobs.choices import RunStatus
from syncjobs.list_age import find_newest_day, find_old_list
from syncjobs.missing_lists import find_next_at
from syncjobs.models import SyncRun
from syncjobs.schedule_times import find_sync_task
from syncjobs.sources import schedule_of
from syncjobs.sync_state import source_states
from wording.coloured_choices import Colour

_SHOWN_DAYS = 5


def sync_figures() -> dict[str, Any]:
    """How synchronisation stands. Nothing of it is green while a business day is missing, a run waits for a person, a retry
    goes on, the newest list is old, or what should come round has been stopped.
    """
    now = timezone.now()
    states, sources = source_states(now), list(_shown_sources())
    troubled, unconfirmed = [s for s in states if s.missing], [s for s in states if s.unconfirmed]
    waiting = SyncRun.objects.without_listing().filter(status=RunStatus.NEEDS_REVIEW).select_related("source")[:5]
    stopped = find_stop(sources)
    newest = find_newest_day()
    old_list = find_old_list(newest, [state.source for state in states], now)
    is_well = not (troubled or unconfirmed or waiting or stopped or old_list)
    runs = SyncRun.objects.without_listing().of_lists().of_their_own().select_related("source")
    running = runs.active().first()
    last = runs.exclude(status__in=(RunStatus.QUEUED, RunStatus.RUNNING)).order_by("-started_at").first()
    return {
        "running": running,
        "running_progress": show_progress(running) if running else None,
        "last_run": last,
        "last_run_colour": _only_if(is_well, last.status_colour) if last else "",
        "last_run_problem": _first_sentence(summary(last)) if last and last.status == RunStatus.FAILED else "",
        "troubled": [
            (state, state.missing[:_SHOWN_DAYS], max(0, len(state.missing) - _SHOWN_DAYS)) for state in troubled
        ],
        "unconfirmed": unconfirmed,
        "list_providers": labels_of(ListProvider),
        # The schedule comes round for nobody where no source is set up.
        "has_scheduled_source": bool(states),
        "next_sync_at": find_next_at([state.source for state in states], now),
        "first_steps": first_steps(sources, has_fresh_list=newest is not None and old_list is None, now=now),
        "stopped": stopped,
        "old_list": old_list,
        "waiting_runs": waiting,
        "source_health": [_health(source, is_well=is_well) for source in sources],
    }


def find_stop(sources: Sequence[DataSource]) -> tuple[str, str] | None:
    """Why no list comes by itself though a source of lists is set up, and where that is changed; `None` where those that are enabled have
    their lists come.
    """
    of_lists = [source for source in sources if provider_of(source).has_lists]
    if not of_lists:
        return None
    if not any(source.is_enabled for source in of_lists):
        url = reverse("admin:datasources_datasource_change", args=[of_lists[0].pk])
        return gettext("データソースが無効です。"), url
    for source in of_lists:
        task = find_sync_task(schedule_of(source))
        if source.is_enabled and not (task and task.enabled):
            changelist = reverse("admin:django_celery_beat_periodictask_changelist")
            url = reverse("admin:django_celery_beat_periodictask_change", args=[task.pk]) if task else changelist
            return gettext("定期実行が停止されています。"), url
    return None


def _health(source: DataSource, *, is_well: bool) -> tuple[DataSource, Any, Colour, str]:
    """The word, its colour, and of what is wrong the first sentence."""
    health = health_of(source)
    reason = gettext(source.last_check_message) if health is SourceHealth.FAILING and source.last_check_message else ""
    return source, health.label, _only_if(is_well, health.colour), _first_sentence(reason)


def _first_sentence(text: str) -> str:
    """The rest is on the page of what it is about."""
    head, full_stop, _rest = text.partition("。")
    return (head + full_stop) if full_stop else text.split(". ", maxsplit=1)[0]


def _only_if(is_well: bool, colour: Colour) -> Colour:
    return colour if is_well or colour is not Colour.SUCCESS else Colour.DEFAULT


def _shown_sources() -> QuerySet[DataSource]:
    """A source that came with the product and that nobody wanted is no news."""
    brought = [name for name, provider in all_providers().items() if provider.comes_with_product]
    return DataSource.objects.exclude(provider__in=brought, is_enabled=False).order_by("provider", "id")
