"""Requests over any number of connections, as fast as the server answers them (a closed loop: each connection asks again
once it has its answer).

It is of this project because no load generator comes to every machine as a Python package. It takes processor time of the very
machine that is measured; `Throughput.load` says how much, so that nobody takes its limit for the server's.
"""

import selectors
import socket
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

# The largest answer that is measured is some 500 kB; what is received is looked at only as far as its head.
_RECEIVED_AT_ONCE = 1 << 20
# For the last answers of a round; what has not come by then has failed.
_PATIENCE_SECONDS = 60.0


@dataclass(slots=True)
class Throughput:
    """What was seen in one or several rounds; seconds."""

    #: How long each answer took that had the status it should have.
    times: list[float] = field(default_factory=list)
    #: Answers of another status: their number and one of them.
    failed: int = 0
    failure: str = ""
    elapsed: float = 0.0
    #: Processor time of the load generator itself.
    spent: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.times) / self.elapsed if self.elapsed else 0.0

    @property
    def load(self) -> float:
        """The share of one core that the load generator used. Near 1, it is what sets the pace."""
        return self.spent / self.elapsed if self.elapsed else 0.0

    def percentile_ms(self, share: int) -> float:
        """What `share` of 100 answers took at most, in milliseconds."""
        if len(self.times) < 2:
            return (self.times or [float("nan")])[0] * 1000
        return statistics.quantiles(self.times, n=100, method="inclusive")[share - 1] * 1000

    def add(self, other: "Throughput") -> None:
        self.times += other.times
        self.failed += other.failed
        self.failure = self.failure or other.failure
        self.elapsed += other.elapsed
        self.spent += other.spent


def get_request(path: str, headers: dict[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def measure_throughput(
    port: int, requests: Iterator[bytes], *, seconds: float, connections: int, expected: int = 200
) -> Throughput:
    """Send `requests` for some seconds, then wait for what is still to come, so that it is in nobody else's way afterwards and
    slow answers count like quick ones.
    """
    found = Throughput()
    buffer = bytearray(_RECEIVED_AT_ONCE)
    with selectors.DefaultSelector() as selector:
        opened = [Connection(port, buffer) for _ in range(connections)]
        started, spent = time.perf_counter(), time.process_time()
        this = _Round(found, requests, f"HTTP/1.1 {expected} ".encode(), until=started + seconds)
        for connection in opened:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(next(requests), time.perf_counter())
        while selector.get_map() and time.perf_counter() < this.until + _PATIENCE_SECONDS:
            for key, _ in selector.select(0.1):
                this.go_on(key.data, selector)
        found.elapsed, found.spent = time.perf_counter() - started, time.process_time() - spent
        found.failed += len(selector.get_map())
        if selector.get_map():
            found.failure = found.failure or f"nothing within {_PATIENCE_SECONDS:.0f} s"
        for connection in opened:
            connection.socket.close()
    return found


@dataclass(slots=True)
class _Round:
    """What is done with each answer until the time is over."""

    found: Throughput
    requests: Iterator[bytes]
    wanted: bytes
    until: float

    def go_on(self, connection: "Connection", selector: selectors.BaseSelector) -> None:
        """Take what has come; where that was the rest of an answer, ask again or leave."""
        if not connection.receive():
            return
        now = time.perf_counter()
        if connection.start == self.wanted:
            self.found.times.append(now - connection.sent_at)
        else:
            self.found.failed += 1
            self.found.failure = self.found.failure or connection.start.decode("latin-1").strip()
        if now >= self.until:
            selector.unregister(connection.socket)
            return
        if connection.is_last:
            selector.unregister(connection.socket)
            connection.open()
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(next(self.requests), now)


class Connection:
    """One that is kept alive, until the server says that an answer was its last; one request at a time. All share a buffer,
    because none looks at more than an answer's head.
    """

    __slots__ = ("_buffer", "_head", "_missing", "_port", "is_last", "sent_at", "socket", "start")

    def __init__(self, port: int, buffer: bytearray) -> None:
        self._port, self._buffer = port, buffer
        self._head, self._missing = b"", 0
        self.sent_at, self.start, self.is_last = 0.0, b"", False
        self.socket = self._connect()

    def open(self) -> None:
        """Anew."""
        self.socket.close()
        self.socket = self._connect()

    def _connect(self) -> socket.socket:
        connected = socket.create_connection(("127.0.0.1", self._port))
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def send(self, request: bytes, now: float) -> None:
        self.sent_at = now
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Take what is there; whether the answer has arrived to its end."""
        received = self.socket.recv_into(self._buffer)
        if not received:
            raise RuntimeError("the server closed the connection")
        if self._missing:
            self._missing -= received
            return self._missing <= 0
        # The head nearly always comes in one piece; where it does not, the pieces are put together.
        data = self._head + bytes(self._buffer[:received]) if self._head else self._buffer
        size = len(self._head) + received
        end = data.find(b"\r\n\r\n", 0, size)
        if end < 0:
            self._head = bytes(data[:size])
            return False
        fields = bytes(data[:end]).lower()
        self._missing = end + 4 + _content_length(fields) - size
        self.start, self._head, self.is_last = bytes(data[:13]), b"", b"\r\nconnection: close" in fields
        return self._missing <= 0


def _content_length(head: bytes) -> int:
    """Of a head in small letters; none where there is no body (304)."""
    _, name, rest = head.partition(b"\r\ncontent-length:")
    return int(rest.split(b"\r\n", 1)[0]) if name else 0
