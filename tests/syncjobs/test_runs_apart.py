"""What a run leaves alone: days that a back-fill works on, and what belongs to another source."""

from datetime import timedelta

import pytest
from django.utils import timezone

from companies.ledger.snapshots import apply_snapshot
from datasources.models import DataSource
from syncjobs.execution import execute_run
from syncjobs.models import SyncRun
from syncjobs.reaper import reap_runs
from syncjobs.runs import claim_run, start_backfill, start_listing_run
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_codes, make_list, make_source
from tests.fakes.jquants import FakeJquants

pytestmark = pytest.mark.django_db


def start(source: DataSource) -> SyncRun:
    return start_listing_run(source, requested_by="operator", day=MARCH)


def start_range(source: DataSource) -> SyncRun:
    return start_backfill(source, first=FEBRUARY, last=MARCH, requested_by="operator")


def test_the_day_of_a_backfill_lives_as_long_as_the_backfill(source: DataSource) -> None:
    whole = start_range(source)
    claim_run(whole.pk)
    long_ago = timezone.now() - timedelta(hours=1)
    child = SyncRun.objects.create(
        source=source, parent=whole, requested_date=FEBRUARY, requested_by="operator", status="running",
        claimed_at=long_ago, heartbeat_at=long_ago,
    )  # fmt: skip

    assert reap_runs(timezone.now()) == 0
    child.refresh_from_db()
    assert child.status == "running"

    assert reap_runs(timezone.now() + timedelta(minutes=1)) == 1
    child.refresh_from_db()
    assert (child.status, child.error_code) == ("failed", "WORKER_LOST")


def test_a_backfill_brings_in_days_of_which_only_another_source_s_list_is_there(
    source: DataSource, jquants: FakeJquants
) -> None:
    apply_snapshot(FEBRUARY, make_list(make_codes(40)), "jpx")
    run = start_range(source)

    execute_run(run.pk)

    run.refresh_from_db()
    assert (run.status, run.children.count()) == ("completed", 2)
    assert [seen.query["date"] for seen in jquants.calls("/master")] == ["2024-02-29", "2024-03-29"]


def test_a_good_list_settles_the_doubtful_one_of_its_own_source_alone(source: DataSource, jquants: FakeJquants) -> None:
    other = make_source(jquants, name="other")
    execute_run(start_listing_run(source, requested_by="operator", day=FEBRUARY).pk)
    doubtful = []
    for one in (source, other):
        jquants.fail("truncated")
        doubtful.append(start(one))
        execute_run(doubtful[-1].pk)

    execute_run(start(source).pk)

    for run in doubtful:
        run.refresh_from_db()
    assert [run.status for run in doubtful] == ["cancelled", "needs_review"]
