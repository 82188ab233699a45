"""What fakes share that publish one file, as JPX and EDINET do: `ETag`, `Last-Modified`, and 304 for who has it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import ClassVar

from tests.fakes.server import FakeService, Fault, QuietHandler

_CONDITIONS = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}


@dataclass
class FakePublisher(FakeService):
    """The server and the file that it publishes."""

    #: Where its file is, what kind of file that is, and what can be wrong, by the word for it (404 for what is not there among it).
    path: ClassVar[str]
    content_type: ClassVar[str]
    faults: ClassVar[Mapping[str, Fault]]
    content: bytes = b""
    file_name: str = ""
    validators: tuple[str, ...] = ("ETag", "Last-Modified")
    last_modified: str = ""

    def known_faults(self) -> set[str]:
        return set(self.faults)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        class Handler(_Handler):
            server_state = self

        return Handler

    def base_url(self) -> str:
        """What a source of it has."""
        return self.address() + self.path

    def told(self) -> dict[str, str]:
        """Of the file that is published now."""
        told = {"ETag": f'"{hashlib.sha256(self.content).hexdigest()[:16]}"', "Last-Modified": self.last_modified}
        return {name: text for name, text in told.items() if name in self.validators}


def not_modified(handler: BaseHTTPRequestHandler) -> None:
    """A fault: 304, whoever asks."""
    handler.send_response(304)
    handler.end_headers()


class _Handler(QuietHandler):
    server_state: FakePublisher

    def do_GET(self) -> None:  # noqa: N802 the library's name
        fake = self.server_state
        fake.note(self, self.path, {})
        if fault := fake.take_fault(self.path):
            fake.faults[fault](self)
            return
        if self.path != f"{fake.path}/{fake.file_name}":
            fake.faults["404"](self)
            return
        told = fake.told()
        asked = [name for name, header in _CONDITIONS.items() if self.headers.get(header)]
        # The tag goes before the day.
        is_same = bool(asked) and self.headers.get(_CONDITIONS[asked[0]]) == told.get(asked[0])
        self.send_response(304 if is_same else 200)
        for name, text in told.items():
            self.send_header(name, text)
        if not is_same:
            self.send_header("Content-Type", fake.content_type)
            self.send_header("Content-Length", str(len(fake.content)))
        self.end_headers()
        if not is_same:
            self.wfile.write(fake.content)
