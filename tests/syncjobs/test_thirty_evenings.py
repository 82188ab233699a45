"""Thirty evenings in minutes (fifteen in `make test`), by a clock that the test holds, with a fault at each trigger's minute: a real worker, a real
Valkey, a real PostgreSQL, and J-Quants over HTTP. The next morning no day is missing, or a light says which.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from companies.models import ListingEvent
from config.celery import app
from database.connections import drop_broken_connections
from datasources.models import DataSource
from syncjobs.admin.start_page import sync_figures
from syncjobs.due_runs import decide_due_runs
from syncjobs.models import SyncRun
from syncjobs.reaper import reap_runs
from syncjobs.runs import cancel_run, claim_run
from syncjobs.sync_state import source_states
from tests.examples import so_many
from tests.fakes.jquants import FakeJquants
from tests.syncjobs.evenings import begin, business_days, publish, recorded
from tests.syncjobs.test_lost_workers import crash_database
from tests.syncjobs.worker import Worker, wait_for_end

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

DAYS = business_days(so_many(in_each_run=15, in_proofs=30))  # there are thirteen faults


class Evening:
    """One evening and its night: what decides at which minute, and what is away then."""

    def __init__(self, jquants: FakeJquants, day: date) -> None:
        self.jquants, self.day = jquants, day

    def minute(self, offset: int) -> datetime:
        """So many minutes after the time of the schedule, 18:00 in Japan."""
        return datetime.combine(self.day, datetime.min.time(), timezone.get_default_timezone()) + timedelta(
            hours=18, minutes=offset
        )

    def decide(self, offset: int) -> list[SyncRun]:
        """As the minute's task does; the worker takes what is started."""
        with suppress(OperationalError, InterfaceError):
            return [wait_for_end(run) for run in decide_due_runs(self.minute(offset))]
        drop_broken_connections()
        return []

    def night(self, begin_at: int = 1) -> None:
        """Every minute at first, then every forty, until 08:00: more looks would only find nothing to do."""
        for offset in [*range(begin_at, 12), *range(max(20, begin_at), 14 * 60, 40)]:
            self.decide(offset)


def nothing(evening: Evening) -> None:
    evening.decide(0)


def source_fails(fault: str) -> Callable[[Evening], None]:
    def fail(evening: Evening) -> None:
        evening.jquants.fail(fault, times=4, path="/master")
        assert [run.status for run in evening.decide(0)] == ["failed"]
        evening.jquants.heal()

    return fail


def nobody_decides_for_hours(evening: Evening) -> None:
    """Beat, or every worker, is away over the hour: the night begins at 22:00."""


def message_is_lost(evening: Evening) -> None:
    """Redis was away between the commit and the message."""
    queue, app.conf.task_default_queue = app.conf.task_default_queue, "nobody-hears"
    (run,) = decide_due_runs(evening.minute(0))
    app.conf.task_default_queue = queue
    assert evening.decide(1) == []
    reap_runs(timezone.now() + timedelta(minutes=3))
    assert wait_for_end(run).status == "completed"


def broker_is_away(evening: Evening) -> None:
    """Nothing can be sent in that minute."""
    send_to("redis://127.0.0.1:1/0")
    try:
        (run,) = decide_due_runs(evening.minute(0))
    finally:
        send_to(None)
    reap_runs(timezone.now() + timedelta(minutes=3))
    assert wait_for_end(run).status == "completed"


def send_to(url: str | None) -> None:
    """Have this process send there from now on, over new connections."""
    app.conf.broker_write_url = url
    app._after_fork()


def worker_dies_three_times(evening: Evening) -> None:
    """Each time after it took the run; the reaper starts it again once, the schedule from then on."""
    queue, app.conf.task_default_queue = app.conf.task_default_queue, "nobody-hears"
    (run,) = decide_due_runs(evening.minute(0))
    for _ in range(2):
        claim_run(run.pk)
        reap_runs(timezone.now() + timedelta(minutes=1))
        run = SyncRun.objects.get(retry_of=run) if not run.retry_of_id else run
    (third,) = decide_due_runs(evening.minute(3))
    claim_run(third.pk)
    app.conf.task_default_queue = queue
    reap_runs(timezone.now() + timedelta(minutes=1))
    wait_for_end(SyncRun.objects.get(retry_of=third))


def database_crashes(evening: Evening) -> None:
    crash_database()
    evening.decide(0)


def two_decide(evening: Evening) -> None:
    started: list[SyncRun] = []

    def work() -> None:
        try:
            started.extend(decide_due_runs(evening.minute(0)))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [wait_for_end(run).status for run in started] == ["completed"]


def old_list(evening: Evening) -> None:
    """The source gives yesterday's list until after midnight."""
    evening.jquants.stuck_at = DAYS[DAYS.index(evening.day) - 1]
    for offset in (0, 1, 3, 8, 18):
        evening.decide(offset)
    (state,) = source_states(evening.minute(20))
    assert state.missing == [evening.day]
    assert state.attempts == 5
    evening.jquants.stuck_at = None


def truncated(evening: Evening) -> None:
    """Half a list waits for a person, the light is on all night, and the person rejects it in the morning."""
    evening.jquants.fail("truncated", path="/master")
    (run,) = evening.decide(0)
    assert run.status == "needs_review"
    evening.night()
    (state,) = source_states(evening.minute(14 * 60))
    assert state.missing == [evening.day]
    assert "success" not in {colour for _, _, colour, _ in sync_figures()["source_health"]}
    cancel_run(run, cancelled_by="operator")


FAULTS: list[Callable[[Evening], None]] = [
    nothing, source_fails("500"), source_fails("cut"), nobody_decides_for_hours, message_is_lost, worker_dies_three_times,
    two_decide, old_list, truncated, broker_is_away, database_crashes, source_fails("429"), source_fails("html"),
]  # fmt: skip


@pytest.fixture
def evenings(worker: Worker, source: DataSource, jquants: FakeJquants) -> Iterator[list[Evening]]:
    publish(jquants, DAYS)
    begin(source)
    yield [Evening(jquants, day) for day in DAYS]
    send_to(None)


def test_of_evenings_with_faults_none_is_missing_the_next_morning(evenings: list[Evening]) -> None:
    for number, evening in enumerate(evenings):
        fault = FAULTS[number % len(FAULTS)]
        fault(evening)
        evening.night(begin_at=240 if fault is nobody_decides_for_hours else 1)

        assert recorded() == DAYS[: number + 1], (number, fault)
        (state,) = source_states(evening.minute(14 * 60))
        assert state.missing == [], (number, fault)

    events = ListingEvent.objects.filter(event_type="renamed").order_by("event_date")
    assert [(event.event_date, event.code) for event in events] == [
        (day, str(1301 + number)) for number, day in enumerate(DAYS) if number
    ]
