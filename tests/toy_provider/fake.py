"""The toy's service over real HTTP."""

import json
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.server import FakeService, QuietHandler, send

TOKEN, NEWEST = "open-sesame-4711", "2024-03-29"


@dataclass
class FakeToy(FakeService):
    """Three issues on whatever day is asked for."""

    def handler(self) -> type[BaseHTTPRequestHandler]:
        """What answers."""
        fake = self

        class Handler(QuietHandler):
            def do_GET(self) -> None:  # noqa: N802 the library's name
                parts = urlsplit(self.path)
                query = dict(parse_qsl(parts.query))
                fake.note(self, parts.path, query)
                names = {str(1301 + step): f"会社{step}" for step in range(3)}
                answer = {"day": query.get("day", NEWEST), "names": names}
                is_let_in = self.headers["X-Toy"] == TOKEN
                send(self, 200 if is_let_in else 403, json.dumps(answer if is_let_in else {}).encode())

        return Handler
