"""A receiver of webhooks over real HTTP or HTTPS: it keeps what came, verifies signatures as receivers do, and fails on demand."""

import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from typing import Any, Self

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.fakes.server import FakeService, Fault, QuietHandler, Seen, redirect, send, silence

#: How long an answer drips at most; whoever waits for its end waits too long.
_DRIPS, _PAUSE_SECONDS = 200, 0.1


@dataclass
class Received(Seen):
    """One message as it came."""

    body: bytes = b""

    @property
    def webhook_id(self) -> str:
        return self.headers["webhook-id"]

    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    def is_signed_by(self, secret: str) -> bool:
        """As the library for receivers says, time included."""
        try:
            Webhook(secret).verify(self.body, self.headers)
        except WebhookVerificationError:
            return False
        return True


def error(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 500, b"<h1>Internal Server Error</h1>\x00\x1b[31m at receiver.example", "text/html; charset=utf-8")


def gone(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 410, b"gone", "text/plain")


def huge(handler: BaseHTTPRequestHandler) -> None:
    """As many bytes as anybody reads, up to 64 MB."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/plain")
    handler.send_header("Content-Length", str(64 * 1024 * 1024))
    handler.end_headers()
    handler.close_connection = True
    for _ in range(1024):
        try:
            handler.wfile.write(b"A" * 65_536)
            handler.wfile.flush()
        except OSError:
            return


def drip(handler: BaseHTTPRequestHandler) -> None:
    """The head at once, the body a byte at a time."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/plain")
    handler.send_header("Content-Length", str(_DRIPS))
    handler.end_headers()
    _drip(handler, b"." * _DRIPS)


def drip_head(handler: BaseHTTPRequestHandler) -> None:
    """Never a whole head."""
    _drip(handler, b"HTTP/1.1 200 OK\r\nX-Filler: " + b"." * _DRIPS)


def _drip(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    handler.close_connection = True
    for byte in content:
        try:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
        except OSError:
            return
        time.sleep(_PAUSE_SECONDS)


def cut_after_reading(handler: BaseHTTPRequestHandler) -> None:
    """All was read, and nothing is said."""
    handler.close_connection = True


def cut_short(handler: BaseHTTPRequestHandler) -> None:
    """200, and less of a body than was said."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/plain")
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"taken")
    handler.close_connection = True


def broken_chunks(handler: BaseHTTPRequestHandler) -> None:
    """200, a piece of a body, and no piece after it."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/plain")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"5\r\ntaken\r\nnothing\r\n")
    handler.close_connection = True


def _spelt(charset: str) -> Fault:
    """200 with half of a surrogate pair, as UTF-7 has it, in a text that is said to be of an encoding."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, b"ok+2AA-", f"text/plain; charset={charset}")

    return answer


def _with_headers(status: int, **headers: str) -> Fault:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def until_noon(handler: BaseHTTPRequestHandler) -> None:
    """503 with a date two hours away."""
    _with_headers(503, Retry_After=formatdate(time.time() + 7_200, usegmt=True))(handler)


def picture(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 200, b"\x89PNG\r\n", "image/png")


FAULTS: dict[str, Fault] = {
    "error": error,
    "gone": gone,
    "redirect": redirect,
    "silence": silence,
    "huge": huge,
    "drip": drip,
    "drip_head": drip_head,
    "cut": cut_after_reading,
    "cut_short": cut_short,
    "broken_chunks": broken_chunks,
    "utf-7": _spelt("utf-7"),
    "idna": _spelt("idna"),
    "undefined": _spelt("undefined"),
    "unheard-of": _spelt("unheard-of"),
    "too_many": _with_headers(429, Retry_After="3600"),
    "for_years": _with_headers(429, Retry_After="999999999"),
    "until_noon": until_noon,
    "refused": _with_headers(400),
    "accepted": _with_headers(202, Set_Cookie="session=mine; Path=/"),
    "picture": picture,
}


@dataclass
class Receiver(FakeService):
    """`secure` is what a server needs to speak TLS."""

    received: list[Received] = field(default_factory=list)
    secure: ssl.SSLContext | None = None
    #: Connections are taken and nobody reads: what comes while it is so was never received.
    is_deaf: bool = False

    def known_faults(self) -> set[str]:
        return set(FAULTS)

    def start(self, port: int = 0) -> Self:
        super().start(port)
        if self.secure is not None:
            self._server.socket = self.secure.wrap_socket(self._server.socket, server_side=True)
        return self

    def url(self, path: str = "/hook") -> str:
        return f"{self.address()}{path}"

    @property
    def port(self) -> int:
        return self._server.server_port

    def at(self, path: str) -> list[Received]:
        """What came for a path, in the order in which it was read."""
        return [one for one in self.received if one.path == path]

    def ids(self, path: str = "/hook") -> list[str]:
        return [one.webhook_id for one in self.at(path)]

    def handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(QuietHandler):
            def do_POST(self: BaseHTTPRequestHandler) -> None:  # noqa: N802 the library's name
                if receiver.is_deaf:
                    receiver.wait_until_answers()
                    self.close_connection = True
                    return
                body = self.rfile.read(int(self.headers["Content-Length"]))
                seen = Received(self.command, self.path, {}, dict(self.headers), time.time(), body)
                receiver.received.append(seen)
                fault = receiver.take_fault(self.path)
                receiver.wait_until_answers()
                answer: Callable[[BaseHTTPRequestHandler], None] = FAULTS[fault] if fault else _with_headers(204)
                answer(self)

        return Handler
