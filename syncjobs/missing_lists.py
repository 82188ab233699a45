"""Which lists should be in the ledger by now and are not: by schedule, calendar, plan, and what was recorded."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from companies.models import ListingSnapshot
from datasources.models import DataSource
from datasources.providers import list_provider_of
from syncjobs.business_days import list_business_days
from syncjobs.monthly_lists import find_awaited_months, find_missed_months, month_end, next_month_list_at
from syncjobs.next_day.expectations import newest_expected_day, tasks_for
from syncjobs.schedule_times import last_sync_due_at, next_sync_at
from syncjobs.sources import enabled_list_sources


def scheduled_sources() -> list[DataSource]:
    """Those that the schedules are for."""
    return list(enabled_list_sources())


def find_due_at(source: DataSource, now: datetime) -> datetime | None:
    """When the schedule came round last for a source; `None` before its first time."""
    due_at = last_sync_due_at(now, tasks_for(source, now))
    return due_at if due_at is not None and due_at >= source.created_at else None


def find_missing_days(source: DataSource, due_at: datetime | None) -> list[date]:
    """Business days whose list is due and not recorded, newest first. What completes a day is the date its list says.

    Watched are the last `WATCHED_BUSINESS_DAYS` that the plan covers, from the oldest list or the source's first day on. Of a
    source of monthly lists it is the end of the month whose list is awaited.
    """
    if due_at is None:
        return []
    if not list_provider_of(source).has_every_day:
        return find_awaited_months(source, due_at)
    return _find_missing_days(source, due_at)


def find_missed_days(source: DataSource, due_at: datetime | None) -> list[date]:
    """Those of them that people are to know of: a list of a month may be some days late."""
    if due_at is None or list_provider_of(source).has_every_day:
        return find_missing_days(source, due_at)
    return find_missed_months(source, due_at)


def expected_by(source: DataSource, day: date) -> date:
    """By which day a list of `day` is expected: itself; of a month's list, the month's last."""
    return day if list_provider_of(source).has_every_day else month_end(day)


def find_next_at(sources: Iterable[DataSource], now: datetime) -> datetime | None:
    """When one of the sources is asked for a list by itself the next time; never, where the schedules are switched off."""
    found = [
        next_sync_at(tasks_for(source, now))
        if list_provider_of(source).has_every_day
        else next_month_list_at(source, now)
        for source in sources
    ]
    return min((at for at in found if at is not None), default=None)


def _find_missing_days(source: DataSource, due_at: datetime) -> list[date]:
    newest = newest_expected_day(source, due_at)
    recorded = ListingSnapshot.objects.filter(source=list_provider_of(source).snapshot_source)
    oldest_recorded = recorded.aggregate(day=Min("date_in_force"))["day"]
    began_on = min(day for day in (newest, oldest_recorded, _first_day_of(source)) if day)
    first = max(began_on, oldest_covered_day(source, due_at))
    days = list_business_days(first, newest)[: settings.WATCHED_BUSINESS_DAYS]
    there = set(recorded.filter(date_in_force__range=(first, newest)).values_list("date_in_force", flat=True))
    return [day for day in days if day not in there]


def _first_day_of(source: DataSource) -> date:
    """The first day whose evening the source was there for."""
    created_on, due_before = timezone.localdate(source.created_at), last_sync_due_at(source.created_at)
    was_over = due_before is not None and timezone.localdate(due_before) == created_on
    return created_on + timedelta(days=was_over)


def newest_covered_day(source: DataSource, moment: datetime) -> date:
    """The last day that the source shows."""
    return list_provider_of(source).newest_day(source, today=timezone.localdate(moment))


def oldest_covered_day(source: DataSource, moment: datetime) -> date:
    """The first day that the source shows."""
    return list_provider_of(source).oldest_day(source, today=timezone.localdate(moment))
