"""Lists that come once a month, each in place of the one before: of which month one is out, looked for, or missed, and when it is next.

Such a list is of the last business day of its month, or of the month's last day: which, only the list says. So it is expected by the
last day, and any list of that month (or a later one) is it. The business days may not be known where no source has a calendar; then
weekdays stand in, and it is looked for some days early after holidays, at the cost of a question that is answered by "not modified".
"""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from companies.models import ListingSnapshot
from datasources.models import DataSource
from datasources.providers import list_provider_of
from syncjobs.business_days import list_business_days
from syncjobs.schedule_times import MONTH, first_sync_from

_A_DAY = timedelta(days=1)
#: So long after it should be out nobody is told that it is missing: longer than any holidays that the weekdays do not know.
_GRACE_BUSINESS_DAYS = 5
#: Longer than any business day of a month that one is out on, with the grace.
_LONGEST_DAYS = 31


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - _A_DAY


def find_awaited_months(source: DataSource, moment: datetime) -> list[date]:
    """The last day of the month whose list is out at `moment` and not recorded, or nothing: an older one is not to be had any more."""
    return _unless_recorded(source, _newest_out(source, timezone.localdate(moment), grace=0))


def find_missed_months(source: DataSource, moment: datetime) -> list[date]:
    """The same once it is late."""
    return _unless_recorded(source, _newest_out(source, timezone.localdate(moment), grace=_GRACE_BUSINESS_DAYS))


def next_month_list_at(source: DataSource, now: datetime) -> datetime | None:
    """When it is looked for the next time; never, where its schedule is switched off."""
    if find_awaited_months(source, now):
        return first_sync_from(now, MONTH)
    today = timezone.localdate(now)
    first_days = (today.replace(day=1), month_end(today) + _A_DAY, month_end(month_end(today) + _A_DAY) + _A_DAY)
    out_on = (_business_day(first, list_provider_of(source).out_on_business_day) for first in first_days)
    return next(
        (
            first_sync_from(max(now, timezone.make_aware(datetime.combine(day, time()))), MONTH)
            for day in out_on
            if day >= today and _unless_recorded(source, _month_before(day))
        ),
        None,
    )


def _newest_out(source: DataSource, day: date, *, grace: int) -> date:
    awaited = _business_day(day.replace(day=1), list_provider_of(source).out_on_business_day + grace)
    before = _month_before(day)
    return before if day >= awaited else _month_before(before)


def _month_before(day: date) -> date:
    return day.replace(day=1) - _A_DAY


def _business_day(first: date, number: int) -> date:
    """That business day of the month which begins on `first`."""
    return list_business_days(first, first + timedelta(days=_LONGEST_DAYS))[::-1][number - 1]


def _unless_recorded(source: DataSource, expected: date) -> list[date]:
    recorded = ListingSnapshot.objects.filter(
        source=list_provider_of(source).snapshot_source, date_in_force__gte=expected.replace(day=1)
    )
    return [] if recorded.exists() else [expected]
