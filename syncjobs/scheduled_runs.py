"""Runs that the schedules started."""

from syncjobs.choices import RunKind
from syncjobs.models import SyncRun
from syncjobs.recorded_texts import BY_SCHEDULE
from syncjobs.schedule_times import DAY, EVENING, MONTH, MORNING
from syncjobs.sources import providers_on

#: What the scheduled tasks start that start runs.
_KINDS = {
    DAY: RunKind.LISTING,
    EVENING: RunKind.LISTING,
    MORNING: RunKind.LISTING,
    MONTH: RunKind.LISTING,
    "syncjobs.tasks.refresh_quotes": RunKind.QUOTES,
    "syncjobs.tasks.refresh_issuers": RunKind.ISSUERS,
}


def last_scheduled_run(task: str) -> SyncRun | None:
    """The last run that the task of that name started; `None` where it starts none."""
    kind = _KINDS.get(task)
    if kind is None:
        return None
    runs = SyncRun.objects.without_listing().of_their_own().filter(kind=kind, requested_by=BY_SCHEDULE)
    if kind == RunKind.LISTING:
        runs = runs.filter(source__provider__in=providers_on(task))
    if task in (EVENING, MORNING):
        runs = runs.filter(is_provisional=task == EVENING)
    found: SyncRun | None = runs.order_by("-started_at").first()
    return found
