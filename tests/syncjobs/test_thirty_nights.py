"""Thirty evenings and mornings (ten in `make test`), with a fault at each: of the list at 17:45 and of its revision at 08:15. At noon of its day every list is
there and confirmed, each exactly as it was revised, and nothing was asked for twice at once.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from companies.ledger.provisional.noting import provisional_entries
from companies.listed_issue import ListedIssue
from companies.models import ListingEvent, ListingSnapshot
from datasources.models import DataSource
from syncjobs.due_runs import decide_due_runs
from syncjobs.execution import execute_run
from syncjobs.models import SyncRun
from syncjobs.reaper import reap_runs
from syncjobs.runs import claim_run
from syncjobs.sync_state import source_states
from tests.examples import so_many
from tests.factories import make_issue
from tests.fakes.jquants import FakeJquants
from tests.syncjobs.evenings import JAPAN, business_days, publish

pytestmark = pytest.mark.django_db

# Each fault in the evening and the next morning comes in the first seven nights, in the others each meets another.
DAYS = business_days(so_many(in_each_run=10, in_proofs=31))


class Night:
    """From the evening at 17:45 before `day` to its noon."""

    def __init__(self, jquants: FakeJquants, day: date, evening: date) -> None:
        self.jquants, self.day, self.evening = jquants, day, evening

    def decide(self, moment: datetime) -> list[SyncRun]:
        """As the minute's task does; what is started is worked on at that minute, here."""
        self.jquants.at(moment)
        runs = decide_due_runs(moment)
        for run in runs:
            execute_run(run.pk, lambda: moment)
            run.refresh_from_db()
        return runs

    def at(self, day: date, hour: int, minute: int) -> datetime:
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=JAPAN)

    def in_the_evening(self, minute: int = 0) -> datetime:
        return self.at(self.evening, 17, 45) + timedelta(minutes=minute)

    def in_the_morning(self, minute: int = 0) -> datetime:
        return self.at(self.day, 8, 15) + timedelta(minutes=minute)

    def rest(self, since: datetime, until: datetime) -> None:
        """Some minutes at first, then every fifty: more looks would only find nothing to do."""
        moment, step = since, timedelta(minutes=1)
        while moment <= until:
            self.decide(moment)
            moment += step
            if moment - since > timedelta(minutes=6):
                step = timedelta(minutes=50)


Fault = Callable[[Night, Callable[[int], datetime]], None]


def nothing(night: Night, minute: Callable[[int], datetime]) -> None:
    night.decide(minute(0))


def source_fails(fault: str) -> Fault:
    def fail(night: Night, minute: Callable[[int], datetime]) -> None:
        night.jquants.fail(fault, times=40, path="/master")
        assert {run.status for run in night.decide(minute(0))} == {"failed"}
        night.jquants.heal()

    return fail


def nobody_decides(_night: Night, _minute: Callable[[int], datetime]) -> None:
    """The machine is off."""


def worker_dies(night: Night, minute: Callable[[int], datetime]) -> None:
    """After it took the run; the reaper starts it again."""
    night.jquants.at(minute(0))
    (run,) = decide_due_runs(minute(0))
    claim_run(run.pk)
    assert decide_due_runs(minute(1)) == []
    reap_runs(timezone.now() + timedelta(minutes=1))
    execute_run(SyncRun.objects.get(retry_of=run).pk, lambda: minute(2))


def old_list(night: Night, minute: Callable[[int], datetime]) -> None:
    """The source gives another day's list for a while."""
    night.jquants.stuck_at = night.evening if night.evening in night.jquants.lists else DAYS[0]
    for offset in (0, 1, 3):
        night.decide(minute(offset))
    night.jquants.stuck_at = None


FAULTS: list[Fault] = [
    nothing, source_fails("500"), nobody_decides, worker_dies, old_list, source_fails("cut"), source_fails("429"),
]  # fmt: skip


def revised(issues: list[ListedIssue]) -> list[ListedIssue]:
    """One more is renamed in the morning."""
    return [*issues[:-1], make_issue(issues[-1].code, company_name=f"{issues[-1].company_name}改")]


@pytest.fixture
def nights(source: DataSource, jquants: FakeJquants) -> list[Night]:
    publish(jquants, DAYS)
    # Every third list is revised.
    jquants.revisions = {day: revised(list(jquants.lists[day])) for day in DAYS[1::3]}
    DataSource.objects.update(created_at=datetime(2026, 8, 31, 20, 0, tzinfo=JAPAN), plan="standard")
    first = Night(jquants, DAYS[0], date(2026, 8, 31))
    first.decide(first.in_the_morning())
    return [Night(jquants, day, DAYS[number]) for number, day in enumerate(DAYS[1:])]


def test_of_nights_with_faults_at_both_times_every_list_is_confirmed_at_noon(nights: list[Night]) -> None:
    for number, night in enumerate(nights):
        in_the_evening, in_the_morning = FAULTS[number % 7], FAULTS[(number // 7 + number) % 7]
        in_the_evening(night, night.in_the_evening)
        if in_the_evening is not nobody_decides:
            night.rest(night.in_the_evening(5), night.in_the_morning(-1))
            (state,) = source_states(night.in_the_morning(-1))
            assert (state.missing, state.unconfirmed) == ([], []), number
            assert list(provisional_entries().values_list("date_in_force", flat=True)) == [night.day], number
        in_the_morning(night, night.in_the_morning)
        night.rest(night.in_the_morning(5), night.at(night.day, 12, 0))

        (state,) = source_states(night.at(night.day, 12, 0))
        assert (state.missing, state.unconfirmed, provisional_entries().count()) == ([], [], 0), number

    holding = ListingSnapshot.objects.filter(is_superseded=False).order_by("date_in_force")
    assert list(holding.values_list("date_in_force", flat=True)) == DAYS
    renamed = ListingEvent.objects.filter(event_type="renamed", code=f"{1301 + 59}").order_by("event_date")
    # What a revision added is told on its day, and taken back by the next list, which does not have it.
    assert {event.event_date for event in renamed} == {
        day for number, day in enumerate(DAYS) if number % 3 == 1 or number % 3 == 2
    }
