"""Whether the newest list is older than anybody would expect, whatever the reason: no source, a schedule that is off, only files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max
from django.utils import timezone

from companies.models import ListingSnapshot
from datasources.models import DataSource
from datasources.providers import provider_of
from syncjobs.missing_lists import newest_covered_day

#: Days. With a source that has every day, over the longest holidays; with a list a month, of a source or brought by people, over that
#: month and until its list is out.
WITH_SOURCE, FROM_FILES = 11, 45


@dataclass(frozen=True, slots=True)
class OldList:
    """The day of the newest list, and how many days behind it is."""

    day: date
    days_behind: int


def find_newest_day() -> date | None:
    """Of all lists that hold."""
    day: date | None = ListingSnapshot.objects.holding().aggregate(day=Max("date_in_force"))["day"]
    return day


def find_old_list(newest: date | None, sources: Sequence[DataSource], moment: datetime) -> OldList | None:
    """The newest list, if it is too old; `sources` are the enabled ones that have lists. Without any list there is none to be old."""
    if newest is None:
        return None
    daily = [source for source in sources if provider_of(source).has_every_day]
    newest_of_all = max((newest_covered_day(source, moment) for source in daily), default=timezone.localdate(moment))
    days_behind = (newest_of_all - newest).days
    is_old = days_behind > (WITH_SOURCE if daily else FROM_FILES)
    return OldList(newest, days_behind) if is_old else None
