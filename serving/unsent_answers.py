"""Large answers that are on their way: how many bytes wait for their readers, and who takes too long.

Granian takes an answer over at once and does not say when it has been sent: `client_disconnect` is not heard of any more
once an answer was handed over (tried with 2.8.7, 2026-11-26). A large answer therefore has its connection to itself, and is sent
when that has ended.
"""

import asyncio
import time
from typing import Any

import structlog

from serving.answers import WholeAnswer
from serving.connections import cut_connection, open_clients

logger = structlog.get_logger(__name__)

MAX_BYTES = 128 * 1024 * 1024
_SECONDS, _BYTES_A_SECOND = 60.0, 16 * 1024
_LOOK_EVERY_SECONDS = 0.25


class UnsentAnswers:
    """Those of one process; all but `has_room` is used by its loop alone."""

    def __init__(self) -> None:
        self.bytes = 0
        self._clients: frozenset[str] = frozenset()
        self._looked_at = float("-inf")

    def has_room(self, size: int) -> bool:
        """Whether so many bytes may be sent as well."""
        return self.bytes + size <= MAX_BYTES

    async def see_sent(self, answer: WholeAnswer, scope: Any) -> None:
        """Count an answer that was handed over until its connection has ended; end it where the reader is too slow."""
        self.bytes += answer.size
        give_up_at = time.monotonic() + _SECONDS + answer.size / _BYTES_A_SECOND
        try:
            while await self._is_open(scope.client):
                if time.monotonic() > give_up_at:
                    logger.warning("reader_too_slow", path=scope.path, bytes=answer.size)
                    cut_connection(scope.client)
                    break
        finally:
            self.bytes -= answer.size
            answer.close()

    async def _is_open(self, client: str) -> bool:
        """After a moment, so that what was seen is newer than the question."""
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
        if time.monotonic() - self._looked_at >= _LOOK_EVERY_SECONDS:
            self._looked_at = time.monotonic()
            self._clients = await asyncio.to_thread(open_clients)
        return client in self._clients
