"""How long a back-fill will take under the plan's limit, told before it is started and while it runs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from companies.models import ListingSnapshot
from datasources.models import DataSource
from datasources.providers import list_provider_of
from syncjobs.models import SyncRun

# Fetching and applying one list, measured with `make bench` (250 days in 36 seconds), and some for the network.
_SECONDS_A_DAY = 0.4


@dataclass(frozen=True, slots=True)
class BackfillEstimate:
    """Days still to bring in (holidays are not known beforehand and counted in), those that are there, and the time."""

    days: int
    recorded: int
    minutes: int


def estimate_backfill(source: DataSource, first: date, last: date) -> BackfillEstimate:
    """For the weekdays from `first` to `last`: one request each, and one for the calendar."""
    provider = list_provider_of(source)
    weekdays = sum((first + timedelta(days=step)).weekday() < 5 for step in range((last - first).days + 1))
    recorded = ListingSnapshot.objects.standing().filter(
        source=provider.snapshot_source, date_in_force__range=(first, last)
    ).values("date_in_force").distinct().count()  # fmt: skip
    days = max(weekdays - recorded, 0)
    limit = provider.request_limit(source)
    by_limit = (days + 1) / limit if limit else 0.0
    return BackfillEstimate(days, recorded, ceil(max(by_limit, days * _SECONDS_A_DAY / 60)))


def estimate_remaining_minutes(run: SyncRun, now: datetime) -> int | None:
    """How long a running back-fill still takes if it goes on as it did; `None` before its first day."""
    if run.done < 1 or run.total < run.done or run.claimed_at is None:
        return None
    seconds = (now - run.claimed_at).total_seconds() / run.done * (run.total - run.done)
    return ceil(seconds / 60)
