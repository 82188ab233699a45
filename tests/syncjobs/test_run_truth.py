"""Runs say the truth: when they are cancelled, when their worker dies, and when it dies again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api.keys import create_api_key
from companies.ledger.snapshots import apply_snapshot
from companies.models import ListingSnapshot
from datasources.models import DataSource
from syncjobs.approval import approve_run
from syncjobs.choices import RunPhase
from syncjobs.errors import RunCancelled, RunIsApplying, RunLost
from syncjobs.execution import execute_run
from syncjobs.models import SyncRun
from syncjobs.progress import Progress
from syncjobs.reaper import reap_runs
from syncjobs.runs import cancel_run, claim_run, start_backfill, start_listing_run, start_quote_run
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_codes, make_list
from tests.fakes.jquants import FakeJquants

pytestmark = pytest.mark.django_db


def start(source: DataSource, *, is_forced: bool = False) -> SyncRun:
    return start_listing_run(source, requested_by="operator", day=MARCH, is_forced=is_forced)


def lose(run: SyncRun, *, minutes_later: float) -> None:
    """A worker takes it and dies; the reaper looks so long after now."""
    claim_run(run.pk)
    reap_runs(timezone.now() + timedelta(minutes=minutes_later))


def retry_of(run: SyncRun) -> SyncRun | None:
    return SyncRun.objects.filter(retry_of=run).first()


def start_range(source: DataSource) -> SyncRun:
    return start_backfill(source, first=FEBRUARY, last=MARCH, requested_by="operator")


def start_quotes(source: DataSource) -> SyncRun:
    yahoo = DataSource.objects.get(provider="yahoo")
    return start_quote_run(yahoo, requested_by="operator")


@pytest.mark.parametrize("begin", [start, start_range, start_quotes])
def test_who_sees_a_run_completed_sees_how_its_source_is(
    begin: Callable[[DataSource], SyncRun], source: DataSource, quote_source: DataSource
) -> None:
    run = begin(source)

    with CaptureQueriesContext(connection) as queries:
        execute_run(run.pk)

    statements = [query["sql"] for query in queries.captured_queries]
    noted = [number for number, sql in enumerate(statements) if sql.startswith('UPDATE "data_sources"')]
    ended = [
        number for number, sql in enumerate(statements)
        if sql.startswith('UPDATE "sync_runs"') and run.pk.hex in sql and "'completed'" in sql
    ]  # fmt: skip
    assert (len(noted), len(ended)) == (1, 1)
    assert noted < ended


def test_while_a_list_is_written_nobody_is_told_that_it_was_cancelled(source: DataSource, client: Client) -> None:
    run = start(source)
    claim_run(run.pk)
    Progress(run.pk).begin_applying(40)
    key = create_api_key(name="t", scopes=["sync"])[1]

    with pytest.raises(RunIsApplying):
        cancel_run(run, cancelled_by="operator")
    answer = client.post(
        f"/api/v1/companies/sync/runs/{run.pk}/cancel", {}, "application/json", headers={"X-API-Key": key}
    )

    run.refresh_from_db()
    assert (run.status, run.cancel_requested_at) == ("running", None)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "SYNC_NOT_CANCELLABLE")
    assert "書き込んでいるため" in answer.json()["error"]["message"]


def test_the_admin_says_that_it_is_too_late(source: DataSource, admin_client: Client) -> None:
    run = start(source)
    claim_run(run.pk)
    Progress(run.pk).begin_applying(40)

    page = admin_client.post(f"/admin/syncjobs/syncrun/{run.pk}/cancel/", follow=True).content.decode()

    assert "一覧を書き込んでいるため、中止できません" in page
    assert "中止を依頼しました" not in page


def test_after_a_cancel_nothing_is_written(source: DataSource) -> None:
    run = start(source)
    claim_run(run.pk)
    cancel_run(run, cancelled_by="operator")

    with pytest.raises(RunCancelled):
        Progress(run.pk).begin_applying(40)


def test_a_run_that_was_taken_for_dead_writes_nothing(source: DataSource) -> None:
    run = start(source)
    claim_run(run.pk)
    reap_runs(timezone.now() + timedelta(minutes=1))

    with pytest.raises(RunLost):
        Progress(run.pk).begin_applying(40)


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_a_run_whose_list_is_in_the_ledger_is_completed_though_its_worker_died_before_saying_so(
    is_cancelled: bool, source: DataSource
) -> None:
    run = start(source)
    claim_run(run.pk)
    apply_snapshot(MARCH, make_list(make_codes(40)), "jquants", run_id=run.pk)
    if is_cancelled:
        SyncRun.objects.filter(pk=run.pk).update(cancel_requested_at=timezone.now())

    assert reap_runs(timezone.now() + timedelta(minutes=1)) == 1

    run.refresh_from_db()
    assert (run.status, run.date_in_force, run.total_companies, run.error_code) == ("completed", MARCH, 40, "")
    assert retry_of(run) is None


def test_a_run_that_was_cancelled_before_its_worker_died_is_cancelled_and_not_started_again(source: DataSource) -> None:
    run = start(source)
    claim_run(run.pk)
    cancel_run(run, cancelled_by="operator")

    assert reap_runs(timezone.now() + timedelta(minutes=1)) == 1

    run.refresh_from_db()
    assert (run.status, run.error_code) == ("cancelled", "")
    assert retry_of(run) is None


def test_a_worker_whose_run_was_taken_for_dead_says_nothing_more_of_it(source: DataSource) -> None:
    run = start(source)
    claim_run(run.pk)
    SyncRun.objects.filter(pk=run.pk).update(cancel_requested_at=timezone.now())
    reap_runs(timezone.now() + timedelta(minutes=1))

    Progress(run.pk).report(RunPhase.FETCHING, 5, 10)

    run.refresh_from_db()
    assert (run.phase, run.done, run.total) == ("ended", 0, 0)


def test_a_run_that_loses_its_worker_again_and_again_is_tried_with_growing_pauses(source: DataSource) -> None:
    run = start(source)
    lose(run, minutes_later=1)
    second = retry_of(run)
    assert second is not None
    lose(second, minutes_later=0.9)
    assert retry_of(second) is None, "a minute's pause"
    reap_runs(timezone.now() + timedelta(minutes=1.1))
    third = retry_of(second)
    assert third is not None
    lose(third, minutes_later=4.5)
    assert retry_of(third) is None, "five minutes' pause"
    reap_runs(timezone.now() + timedelta(minutes=5.5))
    fourth = retry_of(third)
    assert fourth is not None
    execute_run(fourth.pk)

    fourth.refresh_from_db()
    assert (fourth.status, fourth.new_companies) == ("completed", 40)


def test_what_was_tried_for_a_day_is_left_to_people(source: DataSource) -> None:
    run = start(source)
    SyncRun.objects.filter(pk=run.pk).update(started_at=timezone.now() - timedelta(hours=25))
    lose(run, minutes_later=1)

    assert retry_of(run) is None


def test_the_day_of_trying_begins_with_the_first_of_a_row(source: DataSource) -> None:
    run = start(source)
    lose(run, minutes_later=1)
    second = retry_of(run)
    assert second is not None
    SyncRun.objects.filter(pk=run.pk).update(started_at=timezone.now() - timedelta(hours=25))
    lose(second, minutes_later=0.9)

    reap_runs(timezone.now() + timedelta(minutes=1.1))

    assert retry_of(second) is None


def test_what_somebody_started_again_meanwhile_is_not_started_once_more(source: DataSource) -> None:
    run = start(source)
    lose(run, minutes_later=1)
    second = retry_of(run)
    assert second is not None
    lose(second, minutes_later=0.9)
    execute_run(start(source).pk)

    reap_runs(timezone.now() + timedelta(minutes=2))

    assert retry_of(second) is None


def test_the_reaper_keeps_the_force_however_often_a_worker_is_lost(source: DataSource) -> None:
    run = start(source, is_forced=True)
    lose(run, minutes_later=1)
    second = retry_of(run)
    assert second is not None
    lose(second, minutes_later=1.5)
    reap_runs(timezone.now() + timedelta(minutes=2))
    third = retry_of(second)

    assert third is not None
    assert (second.is_forced, third.is_forced) == (True, True)


def test_what_a_person_approved_is_what_is_applied_however_often_a_worker_is_lost(
    source: DataSource, jquants: FakeJquants
) -> None:
    jquants.latest = FEBRUARY
    execute_run(start_listing_run(source, requested_by="operator").pk)
    jquants.fail("truncated")
    run = start(source)
    execute_run(run.pk)
    run.refresh_from_db()
    approve_run(run, approved_by="operator", reason="確認済み", confirmed={"delisted": 20})
    asked = len(jquants.requests)
    lose(run, minutes_later=1)
    second = retry_of(run)
    assert second is not None
    lose(second, minutes_later=1.5)
    reap_runs(timezone.now() + timedelta(minutes=2))
    third = retry_of(second)
    assert third is not None
    execute_run(third.pk)

    third.refresh_from_db()
    second.refresh_from_db()
    assert (third.status, third.total_companies, third.approved_by) == ("completed", 20, "operator")
    assert (second.listing, third.listing) == (None, None)
    assert len(jquants.requests) == asked
    assert ListingSnapshot.objects.get(date_in_force=MARCH).row_count == 20
