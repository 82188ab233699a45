"""When the list is brought in by itself: next, and since when it should have been."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django_celery_beat.models import PeriodicTask

_LOOK_BACK_DAYS = 370
_A_MOMENT = timedelta(microseconds=1)
_HALF_A_MINUTE = timedelta(seconds=30)
#: The scheduled task that brings in the list of the day, those of the list of the next business day (its coming and its revision), and
#: that of lists which come once a month.
DAY, EVENING, MORNING, MONTH = (
    "syncjobs.tasks.sync_listings", "syncjobs.tasks.fetch_next_lists", "syncjobs.tasks.confirm_lists",
    "syncjobs.tasks.sync_monthly_lists",
)  # fmt: skip


def next_sync_at(tasks: Collection[str] = (DAY,)) -> datetime | None:
    """When one of the tasks brings in a list by itself the next time; never, where they are switched off."""
    now = timezone.now()
    # The estimate loses what passes while it is made; schedules are to the minute.
    moments = [now + task.schedule.remaining_estimate(now) + _HALF_A_MINUTE for task in _schedules(*tasks)]
    return min((moment.replace(second=0, microsecond=0) for moment in moments), default=None)


def first_sync_from(moment: datetime, name: str) -> datetime | None:
    """When the task of that name comes round first at `moment` or later; never, where it is switched off."""
    found = [next_run_at(task, moment - _A_MOMENT) for task in _schedules(name)]
    return min((at for at in found if at is not None), default=None)


def find_sync_task(name: str = DAY) -> PeriodicTask | None:
    """The scheduled task of that name that brings in lists, switched on or off."""
    return PeriodicTask.objects.filter(task=name).select_related("crontab").order_by("-enabled", "id").first()


def is_scheduled(name: str) -> bool:
    """Whether the task of that name is switched on."""
    return bool(_schedules(name))


def last_sync_due_at(now: datetime, tasks: Collection[str] = (DAY,)) -> datetime | None:
    """When one of the tasks came round last, up to `now`; never, where they are switched off."""
    return max((due for task in _schedules(*tasks) if (due := _last_due_at(task, now)) is not None), default=None)


def _last_due_at(task: PeriodicTask, now: datetime) -> datetime | None:
    """A schedule that was changed holds from `start_time` on. What its new line would have meant just before that has
    not been so: the time before it is the one that stands.
    """
    schedule = task.crontab.schedule
    if task.start_time is None or now >= task.start_time:
        return last_before(schedule, now)
    skipped = last_before(schedule, task.start_time - _A_MOMENT)
    return None if skipped is None else last_before(schedule, skipped - _A_MOMENT)


def last_before(schedule: Any, moment: datetime) -> datetime | None:
    """When a crontab came round last, up to `moment`, a year back; Celery only looks ahead."""
    local = moment.astimezone(schedule.tz)
    for back in range(_LOOK_BACK_DAYS):
        day = local.date() - timedelta(days=back)
        # Cron counts days of the week from Sunday.
        is_day = (day.isoweekday() % 7 in schedule.day_of_week and day.day in schedule.day_of_month) and (
            day.month in schedule.month_of_year
        )
        if is_day:
            times = (
                time(hour, minute) for hour in sorted(schedule.hour)[::-1] for minute in sorted(schedule.minute)[::-1]
            )
            for at in times:
                found = datetime.combine(day, at, schedule.tz)
                if found <= local:
                    return found
    return None


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


def _schedules(*names: str) -> list[PeriodicTask]:
    return list(
        PeriodicTask.objects.filter(task__in=names, enabled=True).exclude(crontab=None).select_related("crontab")
    )
