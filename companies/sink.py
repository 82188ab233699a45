"""Where a program that writes files puts them, so that they are sent while they are written."""

import io


class Sink(io.RawIOBase):
    """What was written and not sent yet. Nobody can go back in it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override] # who writes here gives bytes
        self._pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """All of it; then it is empty."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken
