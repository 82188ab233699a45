"""Bodies of requests, received whole before a thread is taken for them, in bounded time and memory."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

#: What is taken of one body. Django refuses more than `DATA_UPLOAD_MAX_MEMORY_SIZE` itself; a list file is under 1 MB.
MAX_BYTES = 12 * 1024 * 1024
#: A body has so long, and a second more for each `_BYTES_A_SECOND`.
BASE_SECONDS = 10.0
_BYTES_A_SECOND = 32 * 1024
#: What all bodies that are on their way into a process may hold together.
MAX_BYTES_UNDER_WAY = 8 * MAX_BYTES


class BodyRefused(Exception):
    """A body that was not received whole. `status` is the answer's; the connection is of no more use."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class BodyReader:
    """Receives the bodies of one process."""

    def __init__(self) -> None:
        self._under_way = 0

    async def read(self, declared: str | None, protocol: Any) -> bytes:
        """The whole body. `declared` is its `Content-Length`, `None` where it comes in chunks. Raises `BodyRefused`."""
        length = _length_of(declared)
        seconds = BASE_SECONDS + (MAX_BYTES if length is None else length) / _BYTES_A_SECOND
        received = bytearray()
        try:
            async with asyncio.timeout(seconds):
                async for chunk in _chunks_of(protocol):
                    self._under_way += len(chunk)
                    received += chunk
                    if len(received) > MAX_BYTES:
                        raise BodyRefused(413, "too_large")
                    if self._under_way > MAX_BYTES_UNDER_WAY:
                        raise BodyRefused(503, "too_many_bodies")
        except TimeoutError:
            raise BodyRefused(408, "too_slow") from None
        finally:
            self._under_way -= len(received)
        if length is not None and len(received) != length:
            raise BodyRefused(400, "incomplete")
        return bytes(received)


def _length_of(declared: str | None) -> int | None:
    if declared is None:
        return None
    # Nine digits are a gigabyte; more only make Python slow.
    if not (declared.isascii() and declared.isdigit()):
        raise BodyRefused(400, "length")
    if len(declared.lstrip("0")) > 9 or int(declared) > MAX_BYTES:
        raise BodyRefused(413, "too_large")
    return int(declared)


async def _chunks_of(protocol: Any) -> AsyncIterator[bytes]:
    """The pieces of a body. Raises `BodyRefused` for one that breaks off.

    Granian (2.8, `src/rsgi/io.rs`) hands out an error as an empty piece, and the end as one too; but after the end there
    is nothing, and after an error the end still comes. A trailer, which nobody sends, looks like an error.
    """
    is_over = False
    async for chunk in protocol:
        if is_over:
            raise BodyRefused(400, "broken")
        if chunk:
            yield chunk
        else:
            is_over = True
