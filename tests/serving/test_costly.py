"""Exports are bounded for one caller and in all; while they run, everything else is answered."""

import fcntl
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from api.concurrency_limit import EXPORTS_IN_ALL, EXPORTS_OF_ONE, HeldWhileSent, TooManyAtOnce, take_place
from api.keys import create_api_key
from bench.lists import make_list
from companies.ledger.snapshots import apply_snapshot
from serving.unsent_answers import MAX_BYTES
from tests.server import serve
from tests.serving.sockets import Received, connect, exchange, head, receive

#: Of `tests.serving.large_answers`.
SIZE = MAX_BYTES // 64
EXPORT = "/api/v1/companies/export"


@pytest.fixture
def places(settings: Settings, tmp_path: Path) -> Path:
    settings.RUNTIME_DIRECTORY = tmp_path
    return tmp_path


def test_one_caller_has_its_places_and_all_together_have_theirs(places: Path) -> None:
    held = [take_place("key 1") for _ in range(EXPORTS_OF_ONE)]
    with pytest.raises(TooManyAtOnce) as own:
        take_place("key 1")
    held += [take_place(f"key {number}") for number in range(2, 2 + EXPORTS_IN_ALL - EXPORTS_OF_ONE)]
    with pytest.raises(TooManyAtOnce) as shared:
        take_place("key 99")

    assert (own.value.limit, own.value.is_own) == (EXPORTS_OF_ONE, True)
    assert (shared.value.limit, shared.value.is_own) == (EXPORTS_IN_ALL, False)
    held[0].leave()
    held[0].leave()
    take_place("key 1").leave()


def test_who_is_refused_because_others_have_all_places_keeps_their_own(places: Path) -> None:
    others = [take_place(f"key {number}") for number in range(2, 2 + EXPORTS_IN_ALL)]
    for _ in range(EXPORTS_OF_ONE + 1):
        with pytest.raises(TooManyAtOnce) as refused:
            take_place("key 1")
        assert refused.value.is_own is False
    for place in others:
        place.leave()

    for place in [take_place("key 1") for _ in range(EXPORTS_OF_ONE)]:
        place.leave()


def test_a_place_comes_back_when_its_process_is_killed(places: Path) -> None:
    hold = "import sys, fcntl, time; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)"
    take_place("key 1").leave()
    files = sorted((places / "places").glob("export-of-*-0.lock"))
    process = subprocess.Popen([sys.executable, "-c", hold, str(files[0])], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    second = take_place("key 1")
    with pytest.raises(TooManyAtOnce):
        take_place("key 1")

    process.kill()
    process.wait()

    take_place("key 1").leave()
    second.leave()
    with files[0].open() as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize("how", ["read to its end", "closed before it began", "fails", "forgotten"])
def test_a_place_is_left_however_the_answer_ends(places: Path, how: str) -> None:
    def pieces() -> object:
        yield b"a"
        if how == "fails":
            raise BrokenPipeError
        yield b"b"

    for _ in range(EXPORTS_OF_ONE + 1):
        answer = HeldWhileSent(take_place("key 1"), pieces())  # type: ignore[arg-type]
        if how == "read to its end":
            assert b"".join(answer) == b"ab"
        elif how == "closed before it began":
            answer.close()
        elif how == "fails":
            with pytest.raises(BrokenPipeError):
                b"".join(answer)
        del answer


@pytest.mark.django_db
def test_a_user_of_the_admin_is_told_on_the_list(places: Path, two_lists: None) -> None:
    user = User.objects.create_superuser("analyst")
    client = Client()
    client.force_login(user)
    held = [take_place(f"user {user.pk}") for _ in range(EXPORTS_OF_ONE)]

    refused = client.get("/admin/companies/company/export/?format=csv", follow=True)
    for place in held:
        place.leave()

    assert refused.redirect_chain == [("/admin/companies/company/", 302)]
    assert "ファイルの出力は同時に 2 件までです" in refused.content.decode()
    answer = client.get("/admin/companies/company/export/?format=csv")
    assert b"7203" in answer.getvalue()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_fifty_exports_of_one_key_keep_nobody_from_an_answer(tmp_path: Path) -> None:
    apply_snapshot(date(2026, 11, 20), make_list(3_000), "jquants")
    _, greedy = create_api_key(name="greedy", scopes=["read"])
    _, other = create_api_key(name="other", scopes=["read"])
    answers: list[Received] = []

    with serve(tmp_path, workers=2, TMPDIR=str(tmp_path)) as server:
        exchange(server, head("GET", "/api/v1/companies/7203", X_API_Key=other))

        def export() -> None:
            answers.append(exchange(server, head("GET", f"{EXPORT}?format=xlsx", X_API_Key=greedy), timeout=120))

        threads = [threading.Thread(target=export) for _ in range(50)]
        for thread in threads:
            thread.start()
        slowest = 0.0
        while any(thread.is_alive() for thread in threads):
            started = time.monotonic()
            assert exchange(server, head("GET", "/healthz")).status == 200
            assert exchange(server, head("GET", "/api/v1/companies/markets", X_API_Key=other)).status == 200
            slowest = max(slowest, time.monotonic() - started)
        for thread in threads:
            thread.join()

    statuses = Counter(answer.status for answer in answers)
    assert set(statuses) == {200, 429}
    assert 1 <= statuses[200] <= 25
    assert slowest < 10
    refused = next(answer for answer in answers if answer.status == 429)
    assert refused.headers["retry-after"] == "5"
    assert refused.json()["error"] == {
        "code": "RATE_LIMIT_EXCEEDED",
        "message": "ファイルの出力は同時に 2 件までです。ほかの出力が終わってから、もう一度お試しください。",
        "details": {"reason": "exports_of_this_caller", "limit": 2, "retry_after_seconds": 5},
    }


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_readers_who_do_not_read_hold_no_thread(tmp_path: Path) -> None:
    """More of them than there are threads, each with a whole export before it."""
    long = [
        replace(
            one, company_name=(one.company_name * 40)[:200], company_name_english=f"{one.company_name_english} " * 7
        )
        for one in make_list(4_000)
    ]
    apply_snapshot(date(2026, 11, 20), long, "jquants")
    keys = [create_api_key(name=f"slow {number}", scopes=["read"])[1] for number in range(12)]
    with serve(tmp_path, workers=1, TMPDIR=str(tmp_path)) as server:
        slow = []
        for key in keys:
            connection = connect(server, 120)
            connection.sendall(head("GET", f"{EXPORT}?format=ndjson", X_API_Key=key))
            assert connection.recv(15, socket.MSG_PEEK) == b"HTTP/1.1 200 OK"
            slow.append(connection)
        assert exchange(server, head("GET", "/healthz")).status == 200
        fast = exchange(server, head("GET", f"{EXPORT}?format=csv", X_API_Key=keys[0]))
        rest = [size_of(connection) for connection in slow]

    assert fast.status == 200
    assert len(fast.body) == int(fast.headers["content-length"])
    assert len(set(rest)) == 1
    assert rest[0] > 4 * 1024 * 1024  # so large that it went through a file


def test_large_answers_that_were_sent_take_nobody_s_room(tmp_path: Path) -> None:
    statuses = Counter[int]()
    with serve(tmp_path, "tests.serving.large_answers:application") as server:
        for _ in range(2):  # together more than may wait to be sent at once
            for _ in range(MAX_BYTES // SIZE * 2 // 3):
                statuses[exchange(server, head("GET", "/")).status] += 1
            deadline = time.monotonic() + 60
            while int(exchange(server, head("GET", "/unsent")).body):
                assert time.monotonic() < deadline
                time.sleep(0.05)

    assert statuses.keys() == {200}


def size_of(connection: socket.socket) -> int:
    """Of a body, which has to have as many bytes as were announced."""
    answer = receive(connection)
    assert len(answer.body) == int(answer.headers["content-length"])
    connection.close()
    return len(answer.body)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_many_idle_connections_keep_nobody_out(tmp_path: Path) -> None:
    with serve(tmp_path, workers=1) as server:
        idle = [connect(server) for _ in range(700)]
        idle += [connect(server) for _ in range(100)]
        for connection in idle[-100:]:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        assert exchange(server, head("GET", "/healthz")).status == 200
        for connection in idle:
            connection.close()
