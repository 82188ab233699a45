"""How the lists of each source stand: which business days are missing, and what is being done about it.

Read from schedule, calendar and ledger themselves, so that it is right also where nothing decides or works any more.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from datasources.models import DataSource
from datasources.providers import provider_of
from syncjobs.missing_lists import find_due_at, find_missed_days, scheduled_sources
from syncjobs.models import ExpectedList
from syncjobs.next_day.expectations import find_unconfirmed_days, is_of_the_evening


@dataclass(frozen=True, slots=True)
class SourceState:
    """One source. `missing` are the days without their list, newest first, `unconfirmed` those whose list is still the one of the
    evening before; `tried` those of both that were asked for.
    """

    source: DataSource
    missing: list[date]
    tried: list[ExpectedList]
    overdue: timedelta
    unconfirmed: list[date]

    @property
    def is_monthly(self) -> bool:
        """Whether the days stand for months."""
        return not provider_of(self.source).has_every_day

    @property
    def attempts(self) -> int:
        """The most that were made for one of the days."""
        return max((one.attempts for one in self.tried), default=0)

    @property
    def next_attempt_at(self) -> datetime | None:
        """When the next of the days is asked for."""
        return min((one.next_attempt_at for one in self.tried), default=None)


def source_states(now: datetime) -> list[SourceState]:
    """Of every source that the schedules are for."""
    return [_state(source, now) for source in scheduled_sources()]


def _state(source: DataSource, now: datetime) -> SourceState:
    due_at = find_due_at(source, now)
    missing, unconfirmed = find_missed_days(source, due_at), find_unconfirmed_days(source, due_at)
    late = [*missing, *unconfirmed]
    expected = ExpectedList.objects.filter(source=source, day__in=late).select_related("last_run", "source")
    tried = [one for one in expected if not is_of_the_evening(one, unconfirmed)]
    since = min([one.due_at for one in tried] + [due_at] if late and due_at else [now])
    return SourceState(source, missing, tried, max(timedelta(), now - since), unconfirmed)
