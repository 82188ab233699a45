"""A doubtful list is held, and taken as it was reviewed or not at all."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from companies.ledger.snapshots import apply_snapshot
from companies.models import Company, ListingSnapshot
from datasources.models import DataSource
from syncjobs.approval import approve_run
from syncjobs.errors import RunNotApprovable, SyncAlreadyRunning
from syncjobs.execution import execute_run
from syncjobs.fetched_listing import pack_issues, unpack_issues
from syncjobs.models import SyncRun
from syncjobs.reaper import reap_runs
from syncjobs.runs import cancel_run, claim_run, start_listing_run
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_issue
from tests.fakes.jquants import FakeJquants
from tests.syncjobs.worker import Worker, wait_for_end

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def start(source: DataSource, **how: Any) -> SyncRun:
    return start_listing_run(source, requested_by="test", **how)


def truncated_run(source: DataSource, jquants: FakeJquants) -> SyncRun:
    jquants.latest = FEBRUARY
    assert wait_for_end(start(source)).status == "completed"
    jquants.latest = MARCH
    jquants.fail("truncated")
    return wait_for_end(start(source))


def reviewed_run(source: DataSource, jquants: FakeJquants) -> SyncRun:
    """As `truncated_run`, without a worker."""
    execute_run(start(source, day=FEBRUARY).pk)
    jquants.fail("truncated")
    run = start(source, day=MARCH)
    execute_run(run.pk)
    run.refresh_from_db()
    return run


def test_approving_applies_exactly_what_was_reviewed(worker: Worker, source: DataSource, jquants: FakeJquants) -> None:
    run = truncated_run(source, jquants)
    assert run.review is not None
    assert run.review["event_counts"] == {"delisted": 20, "renamed": 1}
    assert run.review["details"]["missing"] == 20
    assert {"code": "1301", "company_name": "極洋ホールディングス", "event_type": "renamed",
            "old": "会社1301", "new": "極洋ホールディングス"} in run.review["changes"]  # fmt: skip
    asked = len(jquants.requests)

    approve_run(run, approved_by="operator", reason="確認済み", confirmed={"delisted": 20})
    wait_for_end(run)

    assert (run.status, run.deactivated_companies, run.approved_by, run.is_forced) == (
        "completed",
        20,
        "operator",
        True,
    )
    assert len(jquants.requests) == asked
    assert Company.objects.active().count() == 20
    with pytest.raises(RunNotApprovable):
        approve_run(run, approved_by="operator", reason="確認済み", confirmed={"delisted": 20})


def test_what_changes_between_approving_and_applying_is_not_applied(source: DataSource, jquants: FakeJquants) -> None:
    run = reviewed_run(source, jquants)
    approve_run(run, approved_by="operator", reason="確認済み", confirmed={"delisted": 20})
    few = [make_issue(str(1301 + step), company_name=f"会社{1301 + step}") for step in range(30)]
    apply_snapshot(FEBRUARY, few, "jquants", force=True)

    execute_run(run.pk)

    run.refresh_from_db()
    assert (run.status, run.error_code, run.is_forced, run.approved_by) == ("needs_review", "REVIEW_CHANGED", False, "")
    assert run.review is not None
    assert run.review["event_counts"] == {"delisted": 10, "renamed": 1}
    assert Company.objects.active().count() == 30
    approve_run(run, approved_by="operator", reason="確認済み", confirmed={"delisted": 10})
    execute_run(run.pk)
    run.refresh_from_db()
    assert (run.status, run.deactivated_companies) == ("completed", 10)


def test_an_approved_run_that_loses_its_worker_is_retried_with_its_approval(
    source: DataSource, jquants: FakeJquants
) -> None:
    run = reviewed_run(source, jquants)
    approve_run(run, approved_by="operator", reason="確認済み", confirmed={"delisted": 20})
    claim_run(run.pk)
    reap_runs(timezone.now() + timedelta(minutes=1))

    retry = SyncRun.objects.get(retry_of=run)
    execute_run(retry.pk)

    retry.refresh_from_db()
    assert (retry.status, retry.approval_reason, retry.confirmed_counts) == ("completed", "確認済み", {"delisted": 20})


def test_approving_waits_for_a_run_that_is_going_on(worker: Worker, source: DataSource, jquants: FakeJquants) -> None:
    run = truncated_run(source, jquants)
    jquants.delay_seconds = 1
    other = start(source)

    with pytest.raises(SyncAlreadyRunning) as caught:
        approve_run(run, approved_by="operator", reason="確認済み", confirmed={"delisted": 20})

    assert caught.value.run_id == other.pk
    run.refresh_from_db()
    assert run.status == "needs_review"
    wait_for_end(other)


def test_rejecting_drops_the_rows_and_keeps_the_record(
    worker: Worker, source: DataSource, jquants: FakeJquants
) -> None:
    run = truncated_run(source, jquants)
    cancel_run(run, cancelled_by="operator")

    run.refresh_from_db()
    assert (run.status, run.listing, run.error_code) == ("cancelled", None, "TOO_FEW_ROWS")
    assert ListingSnapshot.objects.count() == 1


def test_forcing_from_the_start_asks_nobody(worker: Worker, source: DataSource, jquants: FakeJquants) -> None:
    truncated_run(source, jquants)
    jquants.fail("truncated")

    assert wait_for_end(start(source, is_forced=True)).status == "completed"


def test_kept_rows_come_back_as_they_were() -> None:
    issues = [make_issue("7203", margin_code="1", market_name="プライム"), make_issue("130A", scale_category=None)]

    assert unpack_issues(pack_issues(issues)) == issues
