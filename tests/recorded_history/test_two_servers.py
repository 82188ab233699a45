"""Two servers of two processes each answer while data, keys and limits change; what everybody saw, and when, is checked afterwards."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from api.endpoints.states import REVISION_HEADER
from api.front.lease_time import waiting_once
from api.keys import create_api_key, revoke
from companies.known.reading import newest_revision
from companies.ledger.snapshots import apply_snapshot
from tests.factories import make_issue
from tests.server import serve

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
READERS, WRITES = 6, 12
FIRST = date(2024, 4, 1)


@dataclass(frozen=True, slots=True)
class Read:
    """One answer: when it was asked for, and what it said."""

    began: float
    status: int
    revision: int
    name: str


@pytest.fixture
def ports(transactional_db: None, tmp_path: Path) -> Iterator[list[int]]:
    with ExitStack() as stack:
        yield [
            stack.enter_context(serve(_made(tmp_path / name), workers=2)).port
            for name in ("first-server", "second-server")
        ]


def _made(directory: Path) -> Path:
    directory.mkdir()
    return directory


def read_until(end: threading.Event, ports: list[int], key: str, reads: list[Read], path: str, **headers: str) -> None:
    """Ask one server after the other, each over a connection of its own, as fast as they answer."""
    connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=30) for port in ports]
    while not end.is_set():
        for server in connections:
            began = time.monotonic()
            server.request("GET", path, headers={"X-API-Key": key, **headers})
            answer = server.getresponse()
            body = answer.read().decode()
            revision = int(answer.headers.get(REVISION_HEADER, 0))
            reads.append(Read(began, answer.status, revision, body.partition('"company_name":"')[2].partition('"')[0]))
    for server in connections:
        server.close()


def reading(work: Callable[[list[Read]], None], ports: list[int], key: str, path: str, **headers: str) -> list[Read]:
    """What readers saw while some work was done."""
    end, reads = threading.Event(), list[Read]()
    readers = [
        threading.Thread(target=read_until, args=(end, ports, key, reads, path), kwargs=headers) for _ in range(READERS)
    ]
    for reader in readers:
        reader.start()
    try:
        work(reads)
    finally:
        end.set()
        for reader in readers:
            reader.join()
    return reads


def test_no_answer_is_older_than_what_was_reported_before_it_was_asked_for(ports: list[int]) -> None:
    apply_snapshot(FIRST, [make_issue("7203", company_name="名前0")], "jpx")
    key = create_api_key(name="reader", scopes=["read"], rate_limit_per_hour=10_000_000)[1]
    reported: list[tuple[float, int, str]] = []

    def write(_reads: list[Read]) -> None:
        for number in range(1, WRITES):
            name = f"{path} {number}"  # another than before, or there is no revision
            apply_snapshot(FIRST + timedelta(days=number), [make_issue("7203", company_name=name)], "jpx", force=True)
            reported.append((time.monotonic(), newest_revision(), name))

    for path in ("/api/v1/companies/7203", "/api/v1/companies?limit=1", "/api/v1/companies/search?q=7203"):
        reported.clear()
        apply_snapshot(FIRST + timedelta(days=WRITES), [make_issue("7203", company_name=path)], "jpx", force=True)
        reads = reading(write, ports, key, path)

        assert {read.status for read in reads} == {200}
        assert len(reads) > WRITES
        for moment, revision, _ in reported:
            assert [read for read in reads if read.began > moment and read.revision < revision] == []


def test_of_many_requests_to_all_processes_at_once_exactly_as_many_pass_as_are_allowed(ports: list[int]) -> None:
    limit = 700
    key = create_api_key(name="limited", scopes=["read"], rate_limit_per_hour=limit)[1]
    statuses: list[int] = []
    numbers = iter(range(limit + 200))
    lock = threading.Lock()

    def ask() -> None:
        connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=30) for port in ports]
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                break
            server = connections[number % len(ports)]
            server.request("GET", "/api/v1/companies/markets", headers={"X-API-Key": key})
            answer = server.getresponse()
            answer.read()
            statuses.append(answer.status)

    threads = [threading.Thread(target=ask) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(statuses) == {200: limit, 429: 200}


def test_a_key_is_refused_by_all_processes_once_its_revocation_was_reported(ports: list[int]) -> None:
    stored, key = create_api_key(name="revoked", scopes=["read"], rate_limit_per_hour=10_000_000)
    revoked_at: list[float] = []

    def revoke_it(reads: list[Read]) -> None:
        wait_until(lambda: len(reads) > 100)
        revoke(stored)
        revoked_at.append(time.monotonic())
        count = len(reads)
        wait_until(lambda: len(reads) > count + 100)

    reads = reading(revoke_it, ports, key, "/api/v1/companies/markets")

    assert reads[0].status == 200
    # Who goes on with a wrong key is told to wait.
    assert {read.status for read in reads if read.began > revoked_at[0]} <= {401, 429}


def test_who_asks_for_no_cache_is_told_what_was_published_though_nobody_waited(ports: list[int]) -> None:
    apply_snapshot(FIRST, [make_issue("7203", company_name="名前0")], "jpx")
    key = create_api_key(name="reader", scopes=["read"], rate_limit_per_hour=10_000_000)[1]
    published: list[tuple[float, int]] = []

    def write(_reads: list[Read]) -> None:
        with waiting_once():
            for number in range(1, WRITES):
                apply_snapshot(
                    FIRST + timedelta(days=number),
                    [make_issue("7203", company_name=f"名前{number}")],
                    "jpx",
                    force=True,
                )
                published.append((time.monotonic(), newest_revision()))

    reads = reading(write, ports, key, "/api/v1/companies/7203", **{"Cache-Control": "no-cache"})

    for moment, revision in published:
        assert [read for read in reads if read.began > moment and read.revision < revision] == []


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)
