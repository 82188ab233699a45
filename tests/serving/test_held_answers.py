"""Readers who wait for news take no thread, cost one question a second together, and get the news or what there was."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest

from api.endpoints.hold import LONGEST_SECONDS, Hold
from serving.stopping import when_told_to_stop
from tests.local.stack import wait_for
from tests.server import Server, serve
from tests.serving.sockets import Received, connect, exchange, head, receive
from tests.serving.visitor import ROLE, command, end_connections

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
APPLICATION = "tests.serving.feed_of_a_file:application"
WAIT = "/feed?after=7&wait=30"


class Ask(Protocol):
    def __call__(self, count: int, request: bytes = ...) -> list[socket.socket]: ...


class Feed:
    """What the file says, and who asked for it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.say("7")
        (directory / "questions").touch()

    def say(self, newest: str) -> None:
        """At once: whoever reads meanwhile reads the one or the other."""
        new = self.directory / "new"
        new.write_text(newest)
        new.rename(self.directory / "newest")

    @property
    def questions(self) -> int:
        return (self.directory / "questions").stat().st_size


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    return Feed(tmp_path)


@contextmanager
def serve_feed(feed: Feed, **more: str) -> Iterator[Server]:
    """One process with one thread: whoever held it would hold up everybody."""
    environment = {"FEED_DIRECTORY": str(feed.directory), "DATABASE_POOL_SIZE": "1", **more}
    with serve(feed.directory, APPLICATION, workers=1, **environment) as running:
        yield running


@pytest.fixture
def server(transactional_db: None, feed: Feed) -> Iterator[Server]:
    with serve_feed(feed) as running:
        yield running


def waiting(server: Server) -> int:
    return state(server)["waiting"]


def state(server: Server) -> dict[str, int]:
    """How many readers wait, and how many tasks the loop has."""
    found: dict[str, int] = exchange(server, head("GET", "/state")).json()
    return found


@pytest.fixture
def ask(server: Server) -> Iterator[Ask]:
    """So many readers more, who wait."""
    with ExitStack() as connections:

        def more(count: int, request: bytes = head("GET", WAIT)) -> list[socket.socket]:
            readers = [connections.enter_context(connect(server, 60)) for _ in range(count)]
            wait_with(server, readers, request)
            return readers

        yield more


def wait_with(server: Server, readers: list[socket.socket], request: bytes) -> None:
    """Have them all wait; a hundred at a time, for the line before the thread has room for 128."""
    before = waiting(server)
    for number, reader in enumerate(readers, start=1):
        reader.sendall(request)
        if number % 100 == 0 or number == len(readers):
            wait_for(partial(_is_waiting, server, before + number))


def _is_waiting(server: Server, count: int) -> bool:
    return waiting(server) == count


def test_an_answer_is_held_and_then_made_anew_with_the_news(server: Server, feed: Feed, ask: Ask) -> None:
    [reader] = ask(1)
    feed.say("8")
    answer = receive(reader)

    assert (answer.status, answer.json()) == (200, {"newest": 8, "is_second": True, "fill": ""})
    assert waiting(server) == 0


def test_an_answer_whose_time_is_over_is_sent_as_it_was_made(server: Server) -> None:
    started = time.monotonic()
    answer = exchange(server, head("GET", "/feed?after=7&wait=2"))

    assert time.monotonic() - started >= 2
    assert (answer.status, answer.json()) == (200, {"newest": 7, "is_second": False, "fill": ""})


def test_what_comes_between_the_making_of_an_answer_and_its_waiting_is_not_missed(server: Server) -> None:
    answer = exchange(server, head("GET", f"{WAIT}&meanwhile=8"), timeout=25)

    assert answer.json()["newest"] == 8


def test_news_wake_only_those_who_do_not_have_them(server: Server, feed: Feed, ask: Ask) -> None:
    [behind] = ask(1)
    [ahead] = ask(1, head("GET", "/feed?after=8&wait=30"))
    feed.say("8")
    assert receive(behind).json()["newest"] == 8
    asked = feed.questions
    wait_for(lambda: feed.questions >= asked + 2)

    assert waiting(server) == 1
    feed.say("9")
    assert receive(ahead).json()["newest"] == 9


AT_ONCE = {
    "nothing to wait for": "/feed?after=6",
    "no time": "/feed?after=7&wait=0",
    "an error": "/feed?after=7&status=404%20Not%20Found",
    "a failure": "/feed?after=7&raise=no",
    "large": "/feed?after=7&fill=20000",
}


def test_nothing_is_held_but_small_answers_that_are_right(server: Server, feed: Feed) -> None:
    body = head("GET", WAIT, Content_Length="2") + b"{}"

    for what, path in AT_ONCE.items():
        answer = exchange(server, head("GET", path), timeout=20)
        assert answer.status == {"an error": 404, "a failure": 500}.get(what, 200), what
    assert exchange(server, body, timeout=20).json()["is_second"]
    assert exchange(server, head("POST", WAIT, Content_Length="0"), timeout=20).json()["is_second"]
    with connect(server, 20) as connection:
        connection.sendall(head("HEAD", WAIT))
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 OK")
    assert feed.questions == 0


def test_nobody_waits_longer_than_the_product_promises() -> None:
    hold = Hold()
    hold.until_newer_than(7, 86_400)

    assert (hold.position, hold.seconds) == (7, LONGEST_SECONDS)


def test_two_hundred_who_wait_take_no_thread_and_cost_one_question_a_second(
    server: Server, feed: Feed, ask: Ask
) -> None:
    """The process has one thread for requests and one connection to the database, and answers everybody else with them."""
    [process] = server.process.children()
    ask(1)
    threads = process.num_threads()
    ask(199)

    assert process.num_threads() == threads
    before, started = feed.questions, time.monotonic()
    wait_for(lambda: feed.questions >= before + 5)
    # From the first of the five to the last.
    assert time.monotonic() - started >= 4
    assert waiting(server) == 200


def test_who_leaves_is_forgotten_and_when_nobody_waits_nothing_is_asked(server: Server, feed: Feed, ask: Ask) -> None:
    assert feed.questions == 0
    readers = ask(20)
    wait_for(lambda: feed.questions >= 2)
    for reader in readers:
        reader.close()

    wait_for(lambda: waiting(server) == 0)
    time.sleep(2)  # for a question that is under way
    asked = feed.questions
    time.sleep(3)
    assert feed.questions == asked


def test_a_connection_that_waited_serves_the_next_request_and_tells_again_that_its_reader_left(
    server: Server, feed: Feed
) -> None:
    tasks = state(server)["tasks"]
    with connect(server) as connection:
        connection.sendall(head("GET", "/feed?after=7&wait=1") + head("GET", "/healthz"))
        answers = b""
        while b'{"status": "ok"}' not in answers:
            answers += connection.recv(65536)
        assert answers.index(b'{"newest": 7') < answers.index(b'{"status": "ok"}')
        for _ in range(2):
            connection.sendall(head("GET", "/feed?after=7&wait=1"))
            assert receive(connection).json()["is_second"] is False
        connection.sendall(head("GET", WAIT))
        wait_for(lambda: waiting(server) == 1)

    wait_for(lambda: waiting(server) == 0, timeout_seconds=20)
    wait_for(lambda: state(server)["tasks"] == tasks, timeout_seconds=20)


def test_more_than_the_line_is_long_are_woken_at_once_and_all_get_the_news(
    server: Server, feed: Feed, ask: Ask
) -> None:
    readers = ask(700)
    feed.say("8")
    answers = [receive(reader) for reader in readers]

    assert {(answer.status, answer.json()["newest"]) for answer in answers} == {(200, 8)}
    assert "request_refused" not in (feed.directory / "web.log").read_text()


def test_a_source_that_fails_is_complained_of_once_and_the_readers_go_on_waiting(
    server: Server, feed: Feed, ask: Ask
) -> None:
    [patient] = ask(1)
    feed.say("away")  # which the database refuses
    before = feed.questions
    wait_for(lambda: feed.questions >= before + 4)
    hasty = exchange(server, head("GET", "/feed?after=7&wait=1"))
    assert hasty.status == 500  # the view asks the file, too
    feed.say("8")
    assert receive(patient).json()["newest"] == 8

    log = (feed.directory / "web.log").read_text()
    assert log.count("newest_position_not_found") == 1


def test_a_database_that_is_away_is_complained_of_once_and_news_come_when_it_is_back(
    visitor_url: str, feed: Feed
) -> None:
    with serve_feed(feed, DATABASE_URL=visitor_url) as server, connect(server, 60) as reader:
        wait_with(server, [reader], head("GET", WAIT))
        command(f"ALTER ROLE {ROLE} NOLOGIN")
        end_connections()
        feed.say("8")
        before = feed.questions
        wait_for(lambda: feed.questions >= before + 3)
        command(f"ALTER ROLE {ROLE} LOGIN")
        assert receive(reader).json()["newest"] == 8

    log = (feed.directory / "web.log").read_text()
    assert log.count("newest_position_not_found") == 1


def test_one_more_than_may_wait_gets_its_answer_at_once(transactional_db: None, feed: Feed) -> None:
    with serve_feed(feed, DESCRIPTORS="256") as server, ExitStack() as connections:
        readers = [connections.enter_context(connect(server)) for _ in range(64)]
        wait_with(server, readers, head("GET", WAIT))

        assert exchange(server, head("GET", WAIT), timeout=20).json() == {"newest": 7, "is_second": False, "fill": ""}
        assert waiting(server) == 64
        feed.say("8")
        assert {receive(reader).json()["newest"] for reader in readers} == {8}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_who_waits_when_the_server_is_stopped_gets_an_answer_and_does_not_hold_it_up(
    transactional_db: None, feed: Feed, how: signal.Signals
) -> None:
    """Granian would wait for them, and after 10 s kill the process with their answers."""
    with serve_feed(feed) as server, ExitStack() as connections:
        readers = [connections.enter_context(connect(server)) for _ in range(50)]
        wait_with(server, readers, head("GET", WAIT))
        processes = [server.process, *server.process.children(recursive=True)]
        # A service manager tells the first, a terminal all.
        for process in processes if how == signal.SIGINT else processes[:1]:
            with suppress(ProcessLookupError):  # told by the first, it has answered and gone
                os.kill(process.pid, how)
        answers: list[Received] = [receive(reader) for reader in readers]

    assert {(answer.status, answer.body) for answer in answers} == {
        (200, b'{"newest": 7, "is_second": false, "fill": ""}')
    }
    assert "Killing" not in (feed.directory / "web.log").read_text()


def test_what_was_to_happen_at_a_signal_still_does() -> None:
    heard: list[str] = []
    usual = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in usual:
        signal.signal(number, lambda *_: heard.append("Granian"))
    try:
        when_told_to_stop(lambda: heard.append("ours"))
        for number in usual:
            signal.raise_signal(number)
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)

    assert heard == ["ours", "Granian"] * 2
