"""Workers that die, requests that come at once, and a database that goes away."""

import json
import os
import signal
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from api.keys import create_api_key
from companies.models import Company, CompanyVersion, ListingSnapshot
from database.connections import drop_broken_connections
from datasources.models import DataSource
from syncjobs.models import SyncRun
from syncjobs.reaper import reap_runs
from syncjobs.runs import start_backfill, start_listing_run
from tests.conftest import FEBRUARY, MARCH
from tests.fakes.jquants import FakeJquants
from tests.syncjobs.worker import Worker, database_url_of_tests, wait_for_end, wait_until

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@contextmanager
def held_up(table: str) -> Iterator[None]:
    """Nobody can write to a table for the block."""
    with psycopg.connect(database_url_of_tests()) as other:
        other.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield


def is_waiting_for(table: str) -> bool:
    """Whether a worker stands in the middle of its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass", [table])
        return bool(cursor.fetchone()[0])


def test_a_worker_killed_while_applying_leaves_nothing_and_the_run_is_made_good(
    own_worker: Worker, source: DataSource, jquants: FakeJquants
) -> None:
    run = start_listing_run(source, requested_by="test")
    with held_up("company_versions"):
        wait_until(lambda: is_waiting_for("company_versions"), own_worker.log)
        own_worker.kill()
    wait_until(lambda: not is_waiting_for("company_versions"))

    assert [Company.objects.count(), CompanyVersion.objects.count(), ListingSnapshot.objects.count()] == [0, 0, 0]
    run.refresh_from_db()
    assert run.status == "running"

    assert reap_runs(timezone.now() + timedelta(seconds=31)) == 1
    own_worker.start()
    retry = wait_for_end(SyncRun.objects.get(retry_of=run))
    run.refresh_from_db()

    assert (run.status, run.error_code) == ("failed", "WORKER_LOST")
    assert "自動で再試行します" in run.error_message
    assert (retry.status, retry.new_companies) == ("completed", 40)
    assert Company.objects.count() == 40


def test_a_backfill_whose_worker_is_killed_goes_on_where_it_stopped(
    own_worker: Worker, source: DataSource, jquants: FakeJquants
) -> None:
    jquants.delay_seconds = 0.4  # between the days there is time to stop the second one
    run = start_backfill(source, first=FEBRUARY, last=MARCH, requested_by="test")
    wait_until(lambda: ListingSnapshot.objects.filter(date_in_force=FEBRUARY).exists(), own_worker.log)
    with held_up("company_versions"):
        wait_until(lambda: is_waiting_for("company_versions"), own_worker.log)
        own_worker.kill()
    wait_until(lambda: not is_waiting_for("company_versions"))
    asked = len(jquants.calls("/master"))

    reap_runs(timezone.now() + timedelta(seconds=31))
    own_worker.start()
    retry = wait_for_end(SyncRun.objects.get(retry_of=run))

    assert retry.status == "completed"
    assert len(jquants.calls("/master")) == asked + 1
    assert not SyncRun.objects.filter(status="running").exists()
    assert list(run.children.values_list("status", flat=True)) == ["failed", "completed"]


def test_of_twenty_requests_at_once_one_starts_and_nineteen_learn_its_id(
    own_worker: Worker, source: DataSource, jquants: FakeJquants, live_server: LiveServer, tmp_path: Path
) -> None:
    second = Worker(tmp_path / "second.log", queue=own_worker.queue).start()
    jquants.page_rows, jquants.delay_seconds = 10, 0.4
    headers = {"X-API-Key": create_api_key(name="t", scopes=["sync"])[1], "Content-Type": "application/json"}
    together = threading.Barrier(20)

    def post(_number: int) -> tuple[int, str]:
        request = urllib.request.Request(f"{live_server.url}/api/v1/companies/sync", b"{}", headers, method="POST")
        together.wait()
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)["sync_id"]
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)["error"]["details"]["sync_id"]

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(post, range(20)))
    run = wait_for_end(SyncRun.objects.get())

    second.stop()
    assert sorted(status for status, _ in answers) == [201] + [409] * 19
    assert {sync_id for _, sync_id in answers} == {str(run.pk)}
    assert run.status == "completed"
    assert len(jquants.calls("/master")) == 4


def test_a_database_that_crashes_while_a_run_fetches_does_not_end_it(
    worker: Worker, source: DataSource, jquants: FakeJquants
) -> None:
    jquants.page_rows, jquants.delay_seconds = 10, 0.3
    run = start_listing_run(source, requested_by="test")
    wait_until(lambda: len(jquants.requests) > 1)

    crash_database()
    wait_for_end(run)

    assert (run.status, run.new_companies) == ("completed", 40)


def test_a_database_that_crashes_while_a_run_applies_does_not_end_it(worker: Worker, source: DataSource) -> None:
    run = start_listing_run(source, requested_by="test")
    with suppress(psycopg.OperationalError), held_up("company_versions"):
        wait_until(lambda: is_waiting_for("company_versions"), worker.log)
        crash_database()
    wait_for_end(run)

    assert (run.status, run.total_companies) == ("completed", 40)
    assert CompanyVersion.objects.count() == 40


def crash_database() -> None:
    """Kill one of the server's processes: it drops every connection, recovers and comes back, as after a restart."""
    with psycopg.connect(database_url_of_tests(), autocommit=True) as doomed:
        doomed.execute("CHECKPOINT")  # for speed the tests' server puts off writing what was committed
        os.kill(doomed.info.backend_pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            doomed.execute("SELECT 1")

    def is_back() -> bool:
        try:
            psycopg.connect(database_url_of_tests()).close()
        except psycopg.OperationalError:
            return False
        return True

    wait_until(is_back)
    drop_broken_connections()
