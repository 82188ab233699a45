"""The disk of the database is full: a real one, of some megabytes. Nothing is there half, what fails says why, reads go on, and with
room all goes on by itself.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError

from api.keys import create_api_key
from companies.ledger.snapshots import apply_snapshot
from companies.listed_issue import ListedIssue
from companies.models import Company, CompanyVersion, LedgerRevision, ListingSnapshot
from config.celery import app
from database.connections import is_full
from syncjobs.runs import start_listing_run
from tests.conftest import FEBRUARY
from tests.factories import make_issue, make_source
from tests.failures.small_disk import SmallDisk, database_on_a_small_disk
from tests.fakes.jquants import FakeJquants
from tests.server import Server, serve
from tests.serving.sockets import Received, exchange, head
from tests.syncjobs.worker import Worker, wait_for_end, wait_until

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

APRIL = date(2024, 4, 26)
BASE = "/api/v1/companies"


@pytest.fixture
def disk(two_lists: None) -> Iterator[SmallDisk]:
    with database_on_a_small_disk(spare_megabytes=24) as small:
        yield small


@pytest.fixture
def key(two_lists: None) -> str:
    return create_api_key(name="reader", scopes=["read", "sync"])[1]


@pytest.fixture
def server(key: str, disk: SmallDisk, tmp_path: Path) -> Iterator[Server]:
    with serve(tmp_path, workers=1) as running:
        yield running


def get(server: Server, path: str, key: str = "") -> Received:
    return exchange(server, head("GET", path, **({"X_API_Key": key} if key else {})))


def many_issues(count: int, name: str = "") -> list[ListedIssue]:
    return [make_issue(f"{1300 + number}", company_name=f"会社{name}{number}") for number in range(count)]


def counts() -> list[int]:
    return [
        one.objects.count() for one in (Company, CompanyVersion, ListingSnapshot, LedgerRevision)
    ]  # fmt: skip


def test_a_list_is_in_the_ledger_whole_or_not_at_all(disk: SmallDisk) -> None:
    before = counts()
    disk.fill()

    with pytest.raises(OperationalError) as refused:
        apply_snapshot(APRIL, many_issues(4000), "jpx", force=True)

    assert is_full(refused.value)
    assert counts() == before
    disk.make_room()
    call_command("verify_history", from_beginning=True)
    apply_snapshot(APRIL, many_issues(4000), "jpx", force=True)
    assert Company.objects.active().count() == 4000


def test_reads_go_on_the_probe_says_full_and_all_is_well_with_room(
    server: Server, key: str, disk: SmallDisk, tmp_path: Path
) -> None:
    disk.fill()

    assert get(server, "/readyz").json()["components"]["database"] == "full"
    for path in (
        f"{BASE}?limit=2",
        f"{BASE}/7203/history",
        f"{BASE}/events",
        f"{BASE}?as_of={FEBRUARY}",
        f"{BASE}/export?format=csv",
    ):
        assert get(server, path, key).status == 200, path
    disk.make_room()
    assert get(server, "/readyz").json()["components"]["database"] == "ok"
    assert "unhandled_exception" not in (tmp_path / "web.log").read_text()


def test_a_run_says_that_the_disk_is_full_and_one_with_room_brings_the_list_in(
    disk: SmallDisk, tmp_path: Path, jquants: FakeJquants
) -> None:
    source = make_source(jquants)
    jquants.publish(APRIL, many_issues(4000))
    jquants.page_rows, jquants.delay_seconds = 1000, 1.0
    before = counts()
    worker = Worker(tmp_path / "worker.log", queue=f"own-{tmp_path.name}").start()
    app.conf.task_default_queue = worker.queue
    try:
        run = start_listing_run(source, requested_by="test", day=APRIL, is_forced=True)
        wait_until(lambda: len(jquants.calls("/master")) > 1, worker.log)
        disk.fill()

        wait_for_end(run, timeout_seconds=120)
        assert (run.status, run.error_code) == ("failed", "DATABASE_FULL")
        assert "何も書き込んでいません" in run.error_message
        assert counts() == before
        disk.make_room()
        jquants.delay_seconds = 0
        run = wait_for_end(start_listing_run(source, requested_by="test", day=APRIL, is_forced=True))
    finally:
        worker.stop()

    assert run.status == "completed", run.error_message
    assert Company.objects.active().count() == 4000
    call_command("verify_history", from_beginning=True)
