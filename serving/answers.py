"""An answer of WSGI on its way to the client: made whole first, then sent while no thread waits for the reader.

So an answer that fails half-way is an error, not a file that ends early, and who reads a byte a second holds a
connection and a piece of memory or disk, but no thread.
"""

from collections.abc import Callable, Iterable
from tempfile import TemporaryFile
from typing import IO, Any

from api.front.headers import Headers

#: Beyond this an answer goes through a file: exports of many years are larger than memory should be for one reader.
_IN_MEMORY_BYTES = 4 * 1024 * 1024


class WholeAnswer:
    """Status, headers and the whole body, in memory or in a file that has no name any more."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: Headers = []
        self.is_sent = False
        self._parts: list[bytes] = []
        self._size = 0
        self._file: IO[bytes] | None = None

    @property
    def size(self) -> int:
        return self._size

    def start(self, status: str, headers: Headers, _exc_info: Any = None) -> Callable[[bytes], object]:
        """WSGI's `start_response`."""
        self.status, self.headers = int(status[:3]), headers
        return self._add

    def take(self, content: Iterable[bytes]) -> None:
        """Read all of what the application answers."""
        try:
            for part in content:
                self._add(part)
        finally:
            if close := getattr(content, "close", None):
                close()

    def send(self, protocol: Any) -> None:
        """Hand it over to Granian, which sends it as fast as it is read."""
        self.is_sent = True
        if self._file is None:
            protocol.response_bytes(self.status, self.headers, b"".join(self._parts))
            return
        self._file.seek(0)  # which writes what was still to be written
        if not any(name.lower() == "content-length" for name, _ in self.headers):
            self.headers = [*self.headers, ("Content-Length", str(self._size))]
        # The file was unlinked when it was made; its open descriptor is the way to it, on Linux and macOS alike.
        protocol.response_file(self.status, self.headers, f"/dev/fd/{self._file.fileno()}")

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()

    def _add(self, part: bytes) -> None:
        self._size += len(part)
        if self._file is None and self._size > _IN_MEMORY_BYTES:
            self._file = TemporaryFile()  # noqa: SIM115 closed in `close`
            self._file.writelines(self._parts)
            self._parts = []
        if self._file is not None:
            self._file.write(part)
        else:
            self._parts.append(part)
