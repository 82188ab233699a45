"""What is due is decided from the database every minute: each cause of a lost evening by itself."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from datasources.models import DataSource
from syncjobs.approval import approve_run
from syncjobs.due_runs import decide_due_runs
from syncjobs.execution import execute_run
from syncjobs.models import ExpectedList, SyncRun
from syncjobs.runs import cancel_run, claim_run, start_listing_run
from syncjobs.sync_state import source_states
from syncjobs.tasks import sync_listings
from tests.factories import make_source
from tests.fakes.jquants import FakeJquants
from tests.syncjobs.evenings import at, attempts_between, begin, business_days, day, decide, publish, recorded

pytestmark = pytest.mark.django_db
SCHEDULE = "syncjobs.tasks.sync_listings"


@pytest.fixture(autouse=True)
def september(source: DataSource, jquants: FakeJquants) -> None:
    publish(jquants, business_days(20))
    begin(source)


def test_the_list_of_the_day_comes_in_at_the_time_of_the_schedule_and_then_it_is_quiet() -> None:
    assert decide("09-01 17:59") == []
    (run,) = decide("09-01 18:00")

    assert (run.requested_date, run.date_in_force, run.status, run.requested_by) == (
        day("09-01"), day("09-01"), "completed", "定期実行"
    )  # fmt: skip
    assert attempts_between("09-01 18:01", "09-01 18:30") == []
    assert attempts_between("09-01 18:31", "09-02 17:59", every=17) == []
    assert [run.requested_date for run in decide("09-02 18:00")] == [day("09-02")]
    assert recorded() == [day("09-01"), day("09-02")]
    assert decide("09-02 18:01") == []
    assert ExpectedList.objects.count() == 0


def test_when_nobody_asked_at_that_minute_the_next_who_asks_finds_it() -> None:
    assert [run.status for run in decide("09-01 21:37")] == ["completed"]


def test_a_failed_run_is_tried_again_through_the_night_with_growing_pauses(jquants: FakeJquants) -> None:
    jquants.fail("400", times=1000, path="/master")

    assert attempts_between("09-01 18:00", "09-01 18:40") == ["18:00", "18:01", "18:03", "18:08", "18:18", "18:38"]
    for hour in (19, 20, 21, 22):
        assert attempts_up_to(f"09-01 {hour}:08") == [f"{hour}:08"]
    jquants.heal()
    assert attempts_up_to("09-01 23:08") == ["23:08"]
    assert attempts_between("09-01 23:10", "09-01 23:30", every=4) == []
    assert attempts_between("09-01 23:31", "09-02 06:00", every=17) == []
    assert recorded() == [day("09-01")]


def attempts_up_to(minute: str) -> list[str]:
    """Of the half hour before it some minutes, the last and the next ones all: whoever came early or late is seen."""
    expected = at(minute)
    quiet, near = expected - timedelta(minutes=27), expected - timedelta(minutes=2)
    return [
        *attempts_between(f"{quiet:%m-%d %H:%M}", f"{near:%m-%d %H:%M}", every=5),
        *attempts_between(
            f"{near + timedelta(minutes=1):%m-%d %H:%M}", f"{expected + timedelta(minutes=1):%m-%d %H:%M}"
        ),
    ]


def test_a_new_evening_begins_without_the_pauses_of_the_last(jquants: FakeJquants) -> None:
    jquants.fail("400", times=1000, path="/master")
    for minute in ("18:00", "18:01", "18:03", "18:08", "18:18", "18:38", "19:08"):
        assert len(decide(f"09-01 {minute}")) == 1

    assert attempts_between("09-02 18:00", "09-02 18:01") == ["18:00", "18:01"]
    jquants.heal()
    assert attempts_between("09-02 18:02", "09-02 18:10") == ["18:03", "18:04"]
    assert attempts_between("09-02 18:11", "09-02 19:00", every=7) == []
    assert recorded() == [day("09-01"), day("09-02")]


def test_a_source_that_keeps_giving_an_old_list_has_not_done_its_evening(
    source: DataSource, jquants: FakeJquants
) -> None:
    decide("09-01 18:00")
    jquants.stuck_at = day("09-01")

    assert attempts_between("09-02 18:00", "09-02 18:10") == ["18:00", "18:01", "18:03", "18:08"]
    (state,) = source_states(at("09-02 18:10"))
    assert (state.missing, state.attempts, state.overdue) == ([day("09-02")], 4, timedelta(minutes=10))
    jquants.stuck_at = None
    assert [run.date_in_force for run in decide("09-02 18:18")] == [day("09-02")]
    (state,) = source_states(at("09-02 18:19"))
    assert (state.missing, state.attempts, state.overdue, state.next_attempt_at) == ([], 0, timedelta(), None)


def test_while_the_source_fails_its_days_are_not_asked_for_one_after_the_other(jquants: FakeJquants) -> None:
    decide("09-01 18:00")
    jquants.requests.clear()
    jquants.fail("400", times=1000, path="/master")

    attempts_between("09-10 18:00", "09-10 18:29")

    # The newest day at 0, 1, 3, 8 and 18 minutes, others at 13, 23 and 28.
    assert len(jquants.calls("/master")) == 8


def test_without_a_schedule_nothing_is_due() -> None:
    PeriodicTask.objects.filter(task=SCHEDULE).update(enabled=False)

    assert decide("09-01 18:00") == []
    assert source_states(at("09-02 08:00"))[0].missing == []


def test_a_source_that_is_switched_off_has_no_evenings() -> None:
    DataSource.objects.update(is_enabled=False)

    assert decide("09-01 18:00") == []


def test_what_was_due_before_the_source_was_there_is_none_of_its_business_but_the_task_itself_starts_it() -> None:
    DataSource.objects.update(created_at=at("09-01 18:01"))
    assert decide("09-01 18:02") == []

    sync_listings()
    assert SyncRun.objects.get().requested_by == "定期実行"


def test_a_busy_source_is_left_alone_until_it_is_free(source: DataSource) -> None:
    other = start_listing_run(source, requested_by="operator", day=day("09-01"))
    assert decide("09-01 18:00") == []

    cancel_run(other, cancelled_by="operator")
    assert len(decide("09-01 18:01")) == 1


def test_a_list_that_somebody_brought_in_before_is_not_asked_for_again(source: DataSource) -> None:
    execute_run(start_listing_run(source, requested_by="operator", day=day("09-01")).pk)

    assert attempts_between("09-01 18:00", "09-01 18:30") == []


def test_a_run_that_waits_for_a_person_is_not_fetched_again_until_it_was_rejected(
    source: DataSource, jquants: FakeJquants
) -> None:
    decide("09-01 18:00")
    jquants.fail("truncated", path="/master")
    (run,) = decide("09-02 18:00")
    assert run.status == "needs_review"
    assert attempts_between("09-02 18:01", "09-02 18:10") == []
    assert attempts_between("09-02 18:11", "09-02 20:00", every=11) == []
    assert source_states(at("09-02 20:00"))[0].missing == [day("09-02")]

    cancel_run(run, cancelled_by="operator")
    assert [run.status for run in decide("09-02 20:01")] == ["completed"]


def test_a_list_in_review_that_somebody_asked_for_without_its_day_is_not_fetched_again(
    source: DataSource, jquants: FakeJquants
) -> None:
    decide("09-01 18:00")
    jquants.fail("truncated", path="/master")
    jquants.latest = day("09-02")
    run = start_listing_run(source, requested_by="operator")
    execute_run(run.pk)
    run.refresh_from_db()
    assert (run.status, run.requested_date, run.date_in_force) == ("needs_review", None, day("09-02"))

    assert attempts_between("09-02 18:00", "09-02 18:10") == []


def test_a_run_in_review_that_is_approved_ends_the_waiting(source: DataSource, jquants: FakeJquants) -> None:
    decide("09-01 18:00")
    jquants.fail("truncated", path="/master")
    (run,) = decide("09-02 18:00")
    approve_run(run, approved_by="operator", reason="確認済み", confirmed={"delisted": 30})
    execute_run(run.pk)

    assert decide("09-02 18:30") == []
    assert source_states(at("09-02 18:30"))[0].missing == []


def test_a_run_whose_worker_is_gone_is_tried_again(source: DataSource) -> None:
    (run,) = decide_due_runs(at("09-01 18:00"))
    claim_run(run.pk)
    SyncRun.objects.filter(pk=run.pk).update(status="failed", completed_at=timezone.now(), error_code="WORKER_LOST")

    assert [run.status for run in decide("09-01 18:01")] == ["completed"]


def test_a_pause_written_by_a_clock_that_was_ahead_does_not_silence_the_evening(jquants: FakeJquants) -> None:
    jquants.fail("400", times=1, path="/master")
    decide("09-01 18:00")
    ExpectedList.objects.update(next_attempt_at=at("10-01 18:00"), last_attempt_at=at("10-01 17:59"))

    assert [run.status for run in decide("09-01 18:01")] == ["completed"]


def test_an_early_clock_starts_nothing_that_hurts() -> None:
    decide("09-02 18:00")

    assert [run.requested_date for run in decide("09-01 18:00")] == [day("09-01")]
    assert attempts_between("09-02 18:01", "09-02 18:05") == []
    assert recorded() == [day("09-01"), day("09-02")]


def test_each_source_has_its_own_attempts_and_pauses(source: DataSource, jquants: FakeJquants) -> None:
    begin(make_source(jquants, name="other"))
    jquants.fail("400", times=1000, path="/master")
    for minute in ("18:00", "18:01", "18:02", "18:03"):
        decide(f"09-01 {minute}")

    expected = ExpectedList.objects.order_by("source").values_list("day", "attempts", "next_attempt_at")
    assert list(expected) == [(day("09-01"), 3, at("09-01 18:08"))] * 2


def test_every_schedule_row_of_the_task_counts_and_one_that_was_moved_waits_for_its_next_time() -> None:
    task = PeriodicTask.objects.get(task=SCHEDULE)
    decide("09-01 18:00")
    # Moved at 21:00 on the 2nd from 22:00 to 19:00, which has passed.
    task.crontab = type(task.crontab).objects.create(
        minute="0", hour="19", day_of_week="1-5", day_of_month="*", month_of_year="*", timezone="Asia/Tokyo"
    )
    task.start_time = at("09-03 19:00")
    task.save()

    assert decide("09-02 21:01") == []
    assert source_states(at("09-02 21:01"))[0].missing == []
    assert [run.requested_date for run in decide("09-03 19:00")] == [day("09-03")]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_decide_at_once_one_starts_the_run() -> None:
    together, started = threading.Barrier(2), []

    def work() -> None:
        try:
            together.wait()
            started.extend(decide_due_runs(at("09-01 18:00")))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(started) == 1
    assert SyncRun.objects.count() == 1
    assert ExpectedList.objects.get(day=day("09-01")).attempts == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_while_one_decides_another_does_not_even_where_it_would_start_something() -> None:
    found = []

    def work() -> None:
        try:
            found.append(decide_due_runs(at("09-01 18:00")))
        finally:
            connection.close()

    with transaction.atomic():
        assert decide_due_runs(at("09-01 17:59")) == []
        # It leads until its transaction ends.
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    assert found == [[]]
    assert len(decide_due_runs(at("09-01 18:00"))) == 1
