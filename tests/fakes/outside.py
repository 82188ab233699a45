"""The internet behind a proxy, over real TLS: any host that a certificate was made for, answering every request alike."""

import json
import ssl
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.fakes.certificates import make_certificate
from tests.fakes.server import FakeService, QuietHandler, send


@dataclass
class FakeOutside(FakeService):
    """`asked` are the hosts that a way was asked to; `told` what was posted there: host, path with query, JSON."""

    asked: list[str] = field(default_factory=list)
    told: list[tuple[str, str, Any]] = field(default_factory=list)
    answer: bytes = b'{"ok": true}'
    _contexts: dict[str, ssl.SSLContext] = field(default_factory=dict)

    def serve(self, host: str, directory: Path) -> str:
        """Be `host`. Returns the file by which it is known."""
        self._contexts[host], known = make_certificate(directory, host)
        return known

    def handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(QuietHandler):
            host = ""

            def do_CONNECT(self) -> None:  # noqa: N802 the standard library's
                self.host = self.path.partition(":")[0]
                fake.asked.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.flush()
                try:
                    self.connection = fake._contexts[self.host].wrap_socket(self.connection, server_side=True)
                except OSError:  # whoever asked does not know the certificate
                    self.close_connection = True
                    return
                # The way is asked for by HTTP/1.0, which would end here.
                self.close_connection = False
                self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")

            def do_POST(self) -> None:  # noqa: N802 likewise
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                fake.told.append((self.host, self.path, json.loads(body)))
                send(self, 200, fake.answer)

        return Handler
