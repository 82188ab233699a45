"""The disk of a web process is full: its log, its counters, its temporary files. What can be answered is answered."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from api.keys import create_api_key
from companies.ledger.snapshots import apply_snapshot
from tests.conftest import MARCH
from tests.factories import make_issue
from tests.failures.small_disk import SmallDisk, mounted
from tests.server import Server, serve
from tests.serving.sockets import Received, exchange, head

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

BASE = "/api/v1/companies"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with mounted(tmp_path / "small", megabytes=4) as small:
        yield small


@pytest.fixture
def key(db: None) -> str:
    apply_snapshot(MARCH, [make_issue(f"{1300 + number}") for number in range(4000)], "jpx")
    return create_api_key(name="reader", scopes=["read"])[1]


def get(server: Server, path: str, key: str = "") -> Received:
    return exchange(server, head("GET", path, **({"X_API_Key": key} if key else {})))


def test_requests_are_answered_though_their_log_and_their_counters_have_no_room(key: str, disk: SmallDisk) -> None:
    runtime = disk.directory / "runtime"
    with serve(disk.directory, workers=1, PROMETHEUS_MULTIPROC_DIR=str(runtime), LOG_LEVEL="INFO") as server:
        assert get(server, f"{BASE}?limit=1", key).status == 200
        web = [child.pid for child in server.process.children()]
        disk.fill()

        # Endpoints and statuses that were not counted before: each is a row more, all of them more than a file held.
        for number in range(300):
            assert get(server, f"{BASE}?limit=1&offset={number}", key).status == 200
            assert get(server, f"{BASE}/9{number:03}", key).status == 404
        for path in (f"{BASE}/events", f"{BASE}/1301/history", f"{BASE}/sectors", "/api/v1/snapshots", "/admin/login/"):
            assert get(server, path, key).status == 200, path
        disk.make_room()

        assert get(server, f"{BASE}?limit=2", key).status == 200
        assert [child.pid for child in server.process.children()] == web


def test_a_process_that_starts_on_a_full_disk_serves(key: str, disk: SmallDisk, tmp_path: Path) -> None:
    runtime = disk.directory / "runtime"
    runtime.mkdir()
    disk.fill()

    with serve(tmp_path, workers=1, PROMETHEUS_MULTIPROC_DIR=str(runtime)) as server:
        assert get(server, f"{BASE}?limit=1", key).status == 200
        assert psutil.pid_exists(server.process.children()[0].pid)
    assert "metrics_disk_full" in (tmp_path / "web.log").read_text()


def test_files_say_so_or_are_whole_where_there_is_no_room_for_temporary_ones(
    key: str, disk: SmallDisk, tmp_path: Path
) -> None:
    with serve(tmp_path, workers=1, TMPDIR=str(disk.directory)) as server:
        disk.fill()
        for file_format in ("csv", "xlsx", "ndjson", "parquet"):
            path = f"{BASE}/export?format={file_format}"
            answer = get(server, path, key)
            assert answer.status in (200, 503), (file_format, answer.status)
            if file_format == "csv" and answer.status == 200:
                assert len(list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))) == 4001
        disk.make_room()
        for file_format in ("csv", "xlsx", "ndjson", "parquet"):
            assert get(server, f"{BASE}/export?format={file_format}", key).status == 200, file_format
    assert "unhandled_exception" not in (tmp_path / "web.log").read_text()
