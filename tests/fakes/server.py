"""What every fake of a service shares: a server on loopback, what it was asked, and faults on demand."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Fault = Callable[[BaseHTTPRequestHandler], None]
_LONGEST_HELD_SECONDS = 60


@dataclass
class Seen:
    """One request that came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    at: float


@dataclass
class FakeService:
    """A server and what is to be known of it; each service says how it answers."""

    requests: list[Seen] = field(default_factory=list)
    delay_seconds: float = 0.0
    _faults: list[tuple[str, str, int]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    # Set unless answers are held back, and how many wait for that.
    _may_answer: threading.Event = field(default_factory=threading.Event)
    _held: int = 0

    def __post_init__(self) -> None:
        self._may_answer.set()

    def known_faults(self) -> set[str]:
        """The words that `fail` understands."""
        raise NotImplementedError

    def handler(self) -> type[BaseHTTPRequestHandler]:
        raise NotImplementedError

    def fail(self, fault: str, *, times: int = 1, path: str = "") -> None:
        """Spoil the next `times` answers of paths that contain `path`."""
        assert fault in self.known_faults()
        with self._lock:
            self._faults.append((fault, path, times))

    def heal(self) -> None:
        with self._lock:
            self._faults.clear()

    def take_fault(self, path: str) -> str | None:
        """The fault that is due for a path, if any."""
        with self._lock:
            for position, (fault, wanted, times) in enumerate(self._faults):
                if wanted in path:
                    self._faults[position : position + 1] = [(fault, wanted, times - 1)] if times > 1 else []
                    return fault
        return None

    def hold_answers(self) -> None:
        """Read what comes, and say nothing until `let_answer`."""
        self._may_answer.clear()

    def let_answer(self) -> None:
        self._may_answer.set()

    @property
    def held(self) -> int:
        """How many wait for an answer that is held back."""
        return self._held

    def wait_until_answers(self) -> None:
        """Called by each answer before it begins."""
        if self._may_answer.is_set():
            return
        with self._lock:
            self._held += 1
        self._may_answer.wait(_LONGEST_HELD_SECONDS)
        with self._lock:
            self._held -= 1

    def calls(self, path: str) -> list[Seen]:
        """The requests for a path."""
        return [seen for seen in self.requests if seen.path.endswith(path)]

    def note(self, handler: BaseHTTPRequestHandler, path: str, query: dict[str, str]) -> None:
        """Remember a request, and take the time that an answer takes."""
        self.requests.append(Seen(handler.command, path, query, dict(handler.headers), time.time()))
        time.sleep(self.delay_seconds)
        self.wait_until_answers()

    def start(self, port: int = 0) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self.handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        self.let_answer()
        self._server.shutdown()
        self._server.server_close()

    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class QuietHandler(BaseHTTPRequestHandler):
    """Speaks HTTP/1.1 and says nothing about it."""

    protocol_version = "HTTP/1.1"
    # Head and body in one packet, or each answer waits 40 ms for an acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, *_words: Any) -> None:
        """Silent."""


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, kind: str = "application/json") -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def answering(status: int, answer: dict[str, Any]) -> Fault:
    """A fault that answers so."""
    return lambda handler: send(handler, status, json.dumps(answer).encode())


def page(handler: BaseHTTPRequestHandler) -> None:
    """HTML where JSON was asked for."""
    send(handler, 200, b"<!DOCTYPE html><title>Maintenance</title>", "text/html")


def redirect(handler: BaseHTTPRequestHandler) -> None:
    """To where nobody is."""
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:1/elsewhere")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def cut(handler: BaseHTTPRequestHandler) -> None:
    """The connection breaks in the middle of an answer."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    handler.wfile.write(b'{"data": [{"Date": "2024-')
    handler.close_connection = True


def silence(handler: BaseHTTPRequestHandler) -> None:
    """No answer for as long as anybody waits."""
    handler.rfile.read(1)  # ends when the other side hangs up
    handler.close_connection = True
