"""What people and workers may do to a run, and what not."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from companies.models import ListingSnapshot
from datasources.models import DataSource
from syncjobs.choices import RunKind, RunStatus
from syncjobs.errors import RunNotCancellable, SourceNotUsable, SyncAlreadyRunning
from syncjobs.execution import execute_run
from syncjobs.models import SyncRun
from syncjobs.purge import purge_runs
from syncjobs.reaper import reap_runs
from syncjobs.runs import cancel_run, claim_run, start_backfill, start_listing_run
from syncjobs.tasks import purge_old_runs, reap_lost_runs, sync_listings
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_source
from tests.fakes.jquants import FakeJquants
from tests.syncjobs.worker import Worker, wait_for_end, wait_until

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def start(source: DataSource, **how: Any) -> SyncRun:
    return start_listing_run(source, requested_by="test", **how)


def test_a_run_brings_in_the_list_and_tells_what_it_did(worker: Worker, source: DataSource) -> None:
    run = wait_for_end(start(source, day=date(2024, 2, 25)))

    assert (run.status, run.requested_date, run.date_in_force) == ("completed", date(2024, 2, 25), FEBRUARY)
    assert (run.total_companies, run.new_companies, run.updated_companies, run.deactivated_companies) == (40, 40, 0, 0)
    assert (run.phase, run.progress_percent, run.error_code, run.listing) == ("ended", 100, "", None)
    assert (run.done, run.total) == (40, 40)
    assert run.claimed_at is not None
    assert run.completed_at is not None
    assert run.started_at <= run.claimed_at <= run.completed_at
    assert ListingSnapshot.objects.get().run_id == run.pk
    source.refresh_from_db()
    assert source.last_check_code == "OK"


def test_the_same_list_again_changes_nothing(worker: Worker, source: DataSource) -> None:
    wait_for_end(start(source))
    run = wait_for_end(start(source))

    assert (run.status, run.unchanged_companies) == ("completed", 40)
    assert ListingSnapshot.objects.count() == 1


def test_progress_is_visible_while_it_runs(worker: Worker, source: DataSource, jquants: FakeJquants) -> None:
    jquants.page_rows, jquants.delay_seconds = 10, 0.3
    run = start(source)
    seen = set()

    def has_ended() -> bool:
        run.refresh_from_db()
        seen.add((run.phase, run.done))
        return run.status == "completed"

    wait_until(has_ended)

    assert {("fetching", 10), ("fetching", 20), ("fetching", 30)} <= seen


def test_while_one_runs_a_second_is_refused_with_the_id_of_the_first(source: DataSource) -> None:
    first = start(source)

    with pytest.raises(SyncAlreadyRunning) as caught:
        start_backfill(source, first=FEBRUARY, last=MARCH, requested_by="test")

    assert caught.value.run_id == first.pk


def test_another_source_may_run_at_the_same_time(source: DataSource, jquants: FakeJquants) -> None:
    start(source)

    assert start(make_source(jquants, name="other")).status == "queued"


def test_the_database_itself_holds_one_run_per_source_and_sane_states(source: DataSource) -> None:
    start(source)
    wrong: list[dict[str, Any]] = [
        {"status": "running"},
        {"status": "completed", "completed_at": None},
        {"status": "failed", "completed_at": timezone.now(), "kind": RunKind.BACKFILL, "requested_date": MARCH},
        {"status": "failed", "completed_at": timezone.now(), "range_end": MARCH},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            SyncRun.objects.create(source=source, requested_by="test", **fields)


def test_a_source_that_is_switched_off_is_not_asked(source: DataSource, jquants: FakeJquants) -> None:
    source.is_enabled = False
    source.save()

    with pytest.raises(SourceNotUsable, match="無効です"):
        start(source)
    sync_listings()

    assert SyncRun.objects.count() == 0


def test_the_schedule_starts_every_source_and_skips_one_that_is_busy(source: DataSource, jquants: FakeJquants) -> None:
    busy = start(source)
    other = make_source(jquants, name="other")

    sync_listings()

    assert SyncRun.objects.exclude(pk=busy.pk).get().source == other
    assert SyncRun.objects.exclude(pk=busy.pk).get().requested_by == "定期実行"


def test_only_one_worker_gets_a_run(source: DataSource) -> None:
    run = start(source)

    assert claim_run(run.pk) is not None
    assert claim_run(run.pk) is None
    execute_run(run.pk)

    run.refresh_from_db()
    assert run.status == "running"


def test_a_queued_run_is_cancelled_at_once(source: DataSource) -> None:
    run = start(source)
    cancel_run(run, cancelled_by="operator")

    run.refresh_from_db()
    assert run.status == "cancelled"
    assert claim_run(run.pk) is None
    with pytest.raises(RunNotCancellable):
        cancel_run(run, cancelled_by="operator")


def test_a_running_run_stops_at_its_next_look(worker: Worker, source: DataSource, jquants: FakeJquants) -> None:
    jquants.page_rows, jquants.delay_seconds = 1, 0.3
    run = start(source)
    wait_until(lambda: len(jquants.requests) > 1)

    cancel_run(run, cancelled_by="operator")
    wait_for_end(run, timeout_seconds=5)

    assert (run.status, run.error_code) == ("cancelled", "")
    assert ListingSnapshot.objects.count() == 0


def test_a_run_whose_message_was_lost_is_told_again(source: DataSource) -> None:
    run = start(source)
    SyncRun.objects.update(enqueued_at=timezone.now() - timedelta(minutes=3))

    assert reap_runs(timezone.now()) == 0

    before = run.enqueued_at
    run.refresh_from_db()
    assert run.enqueued_at > before
    assert run.status == "queued"


def test_a_run_that_waits_for_its_turn_is_not_told_again_every_minute(source: DataSource) -> None:
    run = start(source)
    told_at = timezone.now() - timedelta(seconds=100)
    SyncRun.objects.update(enqueued_at=told_at)

    assert reap_runs(told_at + timedelta(seconds=100)) == 0

    run.refresh_from_db()
    assert (run.status, run.enqueued_at) == ("queued", told_at)


def test_a_run_that_gives_signs_of_life_is_left_alone(source: DataSource) -> None:
    run = start(source)
    claim_run(run.pk)

    reap_lost_runs()

    run.refresh_from_db()
    assert run.status == "running"


def test_old_runs_are_forgotten_but_for_the_last_good_one(source: DataSource) -> None:
    long_ago = timezone.now() - timedelta(days=400)
    for status in ("completed", "failed", "cancelled"):
        SyncRun.objects.create(source=source, status=status, requested_by="test", completed_at=long_ago)
    waiting = SyncRun.objects.create(
        source=source, status="needs_review", requested_by="test", completed_at=timezone.now() - timedelta(days=31)
    )
    recent = SyncRun.objects.create(source=source, status="failed", requested_by="test", completed_at=timezone.now())

    assert purge_runs(timezone.now()) == 2
    purge_old_runs()

    waiting.refresh_from_db()
    assert waiting.status == RunStatus.CANCELLED
    assert set(SyncRun.objects.values_list("status", flat=True)) == {"completed", "cancelled", "failed"}
    assert SyncRun.objects.filter(pk=recent.pk).exists()
