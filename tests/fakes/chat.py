"""A chat server of one's own over real HTTP (Mattermost, Rocket.Chat, ntfy), and on demand every fault."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.fakes.server import FakeService, Fault, QuietHandler, answering, send


def _redirect(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "/elsewhere")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def _cut(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.connection.close()


def _drip(handler: BaseHTTPRequestHandler) -> None:
    """A letter now and then, for longer than anybody waits."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.1)


FAULTS: dict[str, Fault] = {
    "refused": answering(403, {"message": "invalid token"}),
    "broken": answering(500, {"message": "down"}),
    "gone": answering(410, {"message": "channel_is_archived"}),
    "busy": answering(429, {"message": "slow down"}),
    "redirect": _redirect,
    "cut": _cut,
    "drip": _drip,
}


@dataclass
class FakeChat(FakeService):
    """`told` are the messages that it was sent, as they came: JSON, or a text for ntfy."""

    told: list[Any] = field(default_factory=list)

    def known_faults(self) -> set[str]:
        return set(FAULTS)

    def url(self, path: str, scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self._server.server_port}{path}"

    def handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(QuietHandler):
            def do_POST(self) -> None:  # noqa: N802 the standard library's
                length = int(self.headers.get("Content-Length", "0"))
                body = self.rfile.read(length)
                fake.note(self, self.path, {})
                answer: Callable[[BaseHTTPRequestHandler], None] | None = FAULTS.get(fake.take_fault(self.path) or "")
                if answer is not None:
                    answer(self)
                    return
                try:
                    fake.told.append(json.loads(body))
                except ValueError:
                    fake.told.append(body.decode())
                send(self, 200, b'{"ok": true}')

            do_GET = do_POST  # noqa: N815 likewise

        return Handler
