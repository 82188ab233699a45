"""What lies between a client and the product: it passes everything on, counts, and goes wrong on demand. Real HTTP on both sides."""

import http.client
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from django.db import connections

_HOP = {"connection", "transfer-encoding", "keep-alive", "content-length"}


@dataclass(frozen=True, slots=True)
class Passed:
    """A request as it came, and the status that it was answered with."""

    path: str
    headers: dict[str, str]
    status: int


@dataclass(slots=True)
class Reply:
    """What the product answered, which a fault may change; `sent_bytes`: the connection ends after so many of its body."""

    status: int
    headers: dict[str, str]
    body: bytes
    sent_bytes: int | None = None


@dataclass(slots=True)
class Proxy:
    """In front of a product's port. `before` and `change` are taken one a request, oldest first."""

    port: int
    passed: list[Passed] = field(default_factory=list)
    #: Done ahead of passing a request on.
    before: deque[Callable[[], object]] = field(default_factory=deque)
    #: Done to what came back.
    change: deque[Callable[[Reply], object]] = field(default_factory=deque)
    #: Whether answers may come compressed.
    is_compressed: bool = True
    _server: Any = None

    def __enter__(self) -> Self:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                proxy.handle(self)

            def do_POST(self) -> None:
                proxy.handle(self)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def statuses(self) -> list[int]:
        return [one.status for one in self.passed]

    def paths(self) -> list[str]:
        """What was asked for, without its parameters."""
        return [one.path.partition("?")[0].removeprefix("/api/v1") for one in self.passed]

    def refuse(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Answer the next request so, in the product's place."""

        def changed(reply: Reply) -> None:
            reply.status, reply.body = status, body
            reply.headers = {name.replace("_", "-"): value for name, value in headers.items()}

        self.change.append(changed)

    def cut(self, sent: int | bytes) -> None:
        """End the connection in the midst of the next answer: after so many bytes, or where these come last."""

        def changed(reply: Reply) -> None:
            reply.sent_bytes = sent if isinstance(sent, int) else reply.body.rindex(sent)

        self.change.append(changed)

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        if self.before:
            self.before.popleft()()
            # Of this thread, which ends.
            connections.close_all()
        upstream = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {name: value for name, value in handler.headers.items() if self.is_compressed or name.lower() != "accept-encoding"}  # fmt: skip
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        upstream.request(handler.command, handler.path, body=body or None, headers=headers)
        answer = upstream.getresponse()
        reply = Reply(answer.status, {name: value for name, value in answer.getheaders() if name.lower() not in _HOP}, answer.read())  # fmt: skip
        upstream.close()
        if self.change:
            self.change.popleft()(reply)
        self.passed.append(Passed(handler.path, {name.lower(): value for name, value in handler.headers.items()}, reply.status))  # fmt: skip
        handler.send_response_only(reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        if reply.status != 304:
            handler.send_header("Content-Length", str(len(reply.body)))
        handler.end_headers()
        handler.wfile.write(reply.body[: reply.sent_bytes])
        if reply.sent_bytes is not None:
            handler.close_connection = True
