"""Requests over a few connections, as fast as the server answers them."""

import selectors
import socket
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

_CONNECTIONS = 8


@dataclass(slots=True)
class Throughput:
    """How long each request took, and all together, in seconds; of one or several rounds."""

    times: list[float] = field(default_factory=list)
    elapsed: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.times) / self.elapsed

    def percentile_ms(self, share: int) -> float:
        """What `share` of 100 requests took at most, in milliseconds."""
        return statistics.quantiles(self.times, n=100)[share - 1] * 1000


def get_request(path: str, headers: dict[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def measure_throughput(
    port: int, requests: Iterator[bytes], into: Throughput, *, seconds: float, expected: int = 200
) -> None:
    """Send `requests` for some seconds, and add what was seen. Raises `RuntimeError` for a status not expected."""
    wanted = f"HTTP/1.1 {expected} ".encode()
    with selectors.DefaultSelector() as selector:
        for _ in range(_CONNECTIONS):
            connection = _Connection(port)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(next(requests))
        started = time.perf_counter()
        while time.perf_counter() - started < seconds:
            for key, _ in selector.select(1):
                connection = key.data
                if connection.is_complete():
                    if not connection.answer.startswith(wanted):
                        raise RuntimeError(bytes(connection.answer[:2000]).decode("utf-8", "replace"))
                    into.times.append(time.perf_counter() - connection.sent_at)
                    connection.send(next(requests))
        into.elapsed += time.perf_counter() - started
        for key in list(selector.get_map().values()):
            key.data.socket.close()


class _Connection:
    """One that is kept alive; one request at a time."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answer = bytearray()
        self._length = 0
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        self.answer.clear()
        self._length = 0
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def is_complete(self) -> bool:
        """Read what is there; whether the whole answer has arrived."""
        received = self.socket.recv(1 << 18)
        if not received:
            raise RuntimeError("the server closed the connection")
        self.answer += received
        if not self._length:
            end = self.answer.find(b"\r\n\r\n")
            if end < 0:
                return False
            head = bytes(self.answer[:end]).lower()
            _, _, rest = head.partition(b"content-length: ")
            self._length = end + 4 + (int(rest.split(b"\r\n", 1)[0]) if rest else 0)
        return len(self.answer) >= self._length
