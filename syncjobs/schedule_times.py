"""When the list is brought in by itself: next, and since when it should have been."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django_celery_beat.models import PeriodicTask

_A_MOMENT = timedelta(microseconds=1)
_HALF_A_MINUTE = timedelta(seconds=30)
#: The scheduled task that brings in the list.
_SYNC_TASK = "syncjobs.tasks.sync_listings"


def next_sync_at() -> datetime | None:
    """When the list is brought in by itself the next time; never, where that is switched off."""
    now = timezone.now()
    # The estimate loses what passes while it is made; schedules are to the minute.
    moments = [now + task.schedule.remaining_estimate(now) + _HALF_A_MINUTE for task in _schedules()]
    return min((moment.replace(second=0, microsecond=0) for moment in moments), default=None)


def overdue(last_success: datetime, now: datetime) -> timedelta:
    """How long ago the first sync was due after `last_success`; zero where none was, or nothing is scheduled."""
    due = [first_after(task.schedule, last_success) for task in _schedules()]
    return max(timedelta(0), now - min(due)) if due else timedelta(0)


def next_run_at(task: PeriodicTask, now: datetime) -> datetime | None:
    """When a schedule comes round the next time; never, where it is switched off."""
    if not task.enabled or task.crontab is None:
        return None
    return first_after(task.crontab.schedule, max(now, task.start_time - _A_MOMENT) if task.start_time else now)


def first_after(schedule: Any, moment: datetime) -> datetime:
    """When a crontab comes round first after `moment`; Celery's own estimate counts from the present.

    Raises `RuntimeError` for a day that no year has.
    """
    start, delta, _now = schedule.remaining_delta(moment)
    first: datetime = start + delta
    return first


def _schedules() -> list[PeriodicTask]:
    return list(
        PeriodicTask.objects.filter(task=_SYNC_TASK, enabled=True).exclude(crontab=None).select_related("crontab")
    )
