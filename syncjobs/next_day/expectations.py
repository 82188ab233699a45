"""Which sources the list of the next business day is expected of, up to which day, and which of their lists are to be confirmed."""

from collections.abc import Collection
from datetime import date, datetime

from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from companies.ledger.provisional.noting import provisional_entries
from datasources.choices import NextDay
from datasources.models import DataSource
from datasources.providers import list_provider_of
from syncjobs.business_days import is_closed, last_business_day, next_business_day
from syncjobs.models import ExpectedList
from syncjobs.next_day.refusals import find_refusal
from syncjobs.next_day.revision import revisable_until
from syncjobs.schedule_times import DAY, EVENING, MONTH, MORNING, find_sync_task, is_scheduled, last_sync_due_at


def looks_ahead(source: DataSource, now: datetime) -> bool:
    """Whether the list of the next business day is due of a source the evening before: the schedule for it is on, the account
    shows it as far as is known, and has not refused it. Who switches the schedule of lists off means all of them.
    """
    is_on = is_scheduled(DAY) and is_scheduled(EVENING)
    if not is_on or list_provider_of(source).shows_next_day(source) is NextDay.NEVER:
        return False
    return find_refusal(source, now) is None


def tasks_for(source: DataSource, now: datetime) -> tuple[str, ...]:
    """The scheduled tasks that lists of a source come by."""
    if not list_provider_of(source).has_every_day:
        return (MONTH,)
    return (EVENING, MORNING) if looks_ahead(source, now) else (DAY,)


def list_schedules(source: DataSource | None, now: datetime) -> list[PeriodicTask]:
    """Those by which lists of a source come, or of a source that is not there yet, each on or off."""
    names = tasks_for(source, now) if source else (DAY,)
    found = [find_sync_task(name) for name in names]
    return [task for task in found if task is not None and task.crontab is not None]


def newest_expected_day(source: DataSource, due_at: datetime) -> date:
    """The last day whose list was due by then: the business day after the last evening, or the day itself."""
    if looks_ahead(source, due_at):
        evening = last_sync_due_at(due_at, [EVENING])
        if evening is not None:
            return next_business_day(timezone.localdate(evening))
    return last_business_day(list_provider_of(source).newest_day(source, today=timezone.localdate(due_at)))


def is_of_the_evening(expected: ExpectedList, unconfirmed: Collection[date]) -> bool:
    """Whether a list was expected before its revision, and came: what it is waited for now is another matter, with attempts of its own."""
    if expected.day not in unconfirmed:
        return False
    until = revisable_until(expected.source, expected.day)
    return until is not None and expected.due_at < until


def find_unconfirmed_days(source: DataSource, due_at: datetime | None) -> list[date]:
    """Days whose list is provisional though it could have been confirmed by then, newest first. Any time of the schedule after the
    revision is one to confirm at: what the morning missed the evening makes up for.
    """
    if due_at is None:
        return []
    provider = list_provider_of(source)
    oldest = provider.oldest_day(source, today=timezone.localdate(due_at))
    entries = provisional_entries().filter(
        source=provider.snapshot_source, provisional__revisable_until__lte=due_at, date_in_force__gte=oldest
    )
    days = entries.order_by("-date_in_force").values_list("date_in_force", flat=True)
    # Of a day that turned out to be none of business there is nothing to fetch.
    return [day for day in days if not is_closed(day)]
