"""The load generator of the measurements, against a server that answers byte by byte as each test says."""

import itertools
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench.load import Throughput, get_request, measure_throughput

HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


class Answering:
    """Answers every request with the same pieces, each sent by itself, and counts requests and connections."""

    def __init__(self, *pieces: bytes, closes: bool = False) -> None:
        self._pieces, self._closes = pieces, closes
        self.requests, self.connections = 0, 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection:
            while connection.recv(65536):
                self.requests += 1
                for piece in self._pieces:
                    connection.sendall(piece)
                if self._closes:
                    return

    def close(self) -> None:
        self._listener.close()


@contextmanager
def answering(*pieces: bytes, closes: bool = False) -> Iterator[Answering]:
    server = Answering(*pieces, closes=closes)
    try:
        yield server
    finally:
        server.close()


def ask(server: Answering, *, connections: int = 3, expected: int = 200) -> Throughput:
    requests = itertools.repeat(get_request("/", {}))
    return measure_throughput(server.port, requests, seconds=0.05, connections=connections, expected=expected)


def test_every_request_that_was_sent_is_counted_once_with_its_time() -> None:
    with answering(HELLO) as server:
        found = ask(server)

    assert len(found.times) == server.requests
    assert (found.failed, server.connections) == (0, 3)
    assert found.per_second == len(found.times) / found.elapsed


@pytest.mark.parametrize(
    "pieces",
    [
        (HELLO[:9], HELLO[9:20], HELLO[20:]),  # within the head, before the status ends
        (HELLO[:-5], HELLO[-5:]),
        (HELLO[:-2], HELLO[-2:]),
        (HELLO[:-7], HELLO[-7:]),  # within the empty line after the head
    ],
)
def test_an_answer_in_pieces_is_one_answer(pieces: tuple[bytes, ...]) -> None:
    with answering(*pieces) as server:
        found = ask(server)

    assert len(found.times) == server.requests
    assert found.failed == 0


def test_an_answer_of_another_status_is_no_answer_and_is_told() -> None:
    with answering(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n") as server:
        found = ask(server)

    assert (found.times, found.failed, found.failure) == ([], server.requests, "HTTP/1.1 503")


def test_an_answer_without_a_body_has_no_length() -> None:
    with answering(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n') as server:
        found = ask(server, expected=304)

    assert len(found.times) == server.requests > 0


def test_a_connection_that_the_server_ends_after_its_answer_is_opened_anew() -> None:
    with answering(HELLO.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), closes=True) as server:
        found = ask(server, connections=1)

    assert len(found.times) == server.requests == server.connections > 1


def test_a_connection_that_ends_without_notice_ends_the_measurement() -> None:
    with answering(HELLO, closes=True) as server, pytest.raises((RuntimeError, OSError)):
        ask(server, connections=1)


def test_what_is_still_to_come_at_the_end_of_a_round_is_waited_for() -> None:
    with answering(HELLO) as server:
        requests = itertools.repeat(get_request("/", {}))
        found = measure_throughput(server.port, requests, seconds=0.0, connections=7)

    assert (len(found.times), server.requests) == (7, 7)


def test_percentiles_are_those_of_all_answers() -> None:
    found = Throughput(times=[place / 1000 for place in range(1, 102)])

    assert [round(found.percentile_ms(share), 6) for share in (50, 99)] == [51.0, 100.0]
    assert Throughput(times=[0.25]).percentile_ms(99) == 250.0


def test_rounds_add_up() -> None:
    total = Throughput()
    total.add(Throughput(times=[0.1, 0.2], elapsed=1.0, spent=0.25))
    total.add(Throughput(times=[0.3], failed=2, failure="HTTP/1.1 503", elapsed=2.0, spent=0.5))

    assert total == Throughput([0.1, 0.2, 0.3], 2, "HTTP/1.1 503", 3.0, 0.75)
    assert (total.per_second, total.load) == (1.0, 0.25)
