"""The exchange's business days, as far as a source told them; where it did not, those that are computed stand in."""

from collections.abc import Iterator
from datetime import date, timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from api.generations import publish_after_commit
from companies.events.business_days import is_business_day
from datasources.errors import SourceError
from datasources.providers import ListClient
from syncjobs.models import CalendarDay

logger = structlog.get_logger(__name__)

_BACK, _AHEAD = timedelta(days=400), timedelta(days=60)
#: While so many days ahead are known the calendar is not asked for again.
_KNOWN_AHEAD = timedelta(days=14)
#: What was told longer ago may have changed since: a holiday more.
_TOLD_ANEW_AFTER = timedelta(days=7)
# Longer than the exchange ever was closed.
_LONGEST_CLOSURE_DAYS = 30


def learn_business_days(client: ListClient, day: date, *, oldest: date) -> None:
    """Ask for the calendar around a day, from `oldest` on, unless it is known and was told in the last week. What is told holds from
    then on, whatever was told before. A source without one changes nothing.
    """
    first, last, now = max(day - _BACK, oldest), day + _AHEAD, timezone.now()
    needed = {first, day, day + _KNOWN_AHEAD}
    if CalendarDay.objects.filter(day__in=needed, learnt_at__gt=now - _TOLD_ANEW_AFTER).count() == len(needed):
        return
    try:
        told = client.fetch_calendar(first, last)
    except SourceError as error:
        logger.warning("calendar_not_learnt", code=error.code)
        return
    if told is None:
        return
    rows = [
        CalendarDay(day=one, is_business_day=kind.is_business_day, kind=kind, learnt_at=now)
        for one, kind in told.items()
    ]
    with transaction.atomic():
        publish_after_commit()
        CalendarDay.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["day"], update_fields=["is_business_day", "kind", "learnt_at"]
        )
    logger.info("calendar_learnt", first=str(first), last=str(last), days=len(rows))


def is_closed(day: date) -> bool:
    """Whether the calendar says that the exchange is closed; not where it says nothing."""
    return CalendarDay.objects.filter(day=day, is_business_day=False).exists()


def last_business_day(day: date) -> date:
    """The day itself, or the last business day before it."""
    back = [day - timedelta(days=count) for count in range(_LONGEST_CLOSURE_DAYS)]
    return next(_open_days(back), day)


def next_business_day(day: date) -> date:
    """The first business day after a day."""
    ahead = [day + timedelta(days=count) for count in range(1, _LONGEST_CLOSURE_DAYS)]
    return next(_open_days(ahead), ahead[0])


def list_business_days(first: date, last: date) -> list[date]:
    """Those from `first` to `last`, newest first."""
    return list(_open_days([last - timedelta(days=count) for count in range((last - first).days + 1)]))


def _open_days(days: list[date]) -> Iterator[date]:
    told = dict(CalendarDay.objects.filter(day__in=days).values_list("day", "is_business_day"))
    return (day for day in days if (told[day] if day in told else is_business_day(day)))
