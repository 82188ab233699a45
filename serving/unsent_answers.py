"""Large answers that are on their way: how many bytes wait for their readers, and who takes too long.

Granian takes an answer over at once and does not say when it has been sent: `client_disconnect` is not heard of any more
once an answer was handed over (tried with 2.8.7, 2026-11-26). A large answer therefore has its connection to itself, and is sent
when that has ended.
"""

import asyncio
import threading
import time
from dataclasses import dataclass
from typing import Any

import structlog

from serving.answers import WholeAnswer
from serving.connections import cut_connection, open_clients

logger = structlog.get_logger(__name__)

MAX_BYTES = 128 * 1024 * 1024
_SECONDS, _BYTES_A_SECOND = 60.0, 16 * 1024
_LOOK_EVERY_SECONDS = 0.25


@dataclass(eq=False, slots=True)
class _OnItsWay:
    client: str
    size: int


class UnsentAnswers:
    """Those of one process. `has_room` is asked by threads, the rest is done by its loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._on_their_way: set[_OnItsWay] = set()
        self.bytes = 0
        self._looking = asyncio.Lock()
        self._clients: frozenset[str] = frozenset()
        self._looked_at = float("-inf")

    def has_room(self, size: int) -> bool:
        """Whether so many bytes may be sent as well. Before it says no it looks who has all of theirs: quick readers are through long
        before somebody comes round to see it.
        """
        with self._lock:
            if self.bytes + size > MAX_BYTES:
                clients = open_clients()
                for one in [one for one in self._on_their_way if one.client not in clients]:
                    self._forget(one)
            return self.bytes + size <= MAX_BYTES

    async def see_sent(self, answer: WholeAnswer, scope: Any) -> None:
        """Count an answer that was handed over until its connection has ended; end it where the reader is too slow."""
        one = _OnItsWay(scope.client, answer.size)
        with self._lock:
            self._on_their_way.add(one)
            self.bytes += one.size
        give_up_at = time.monotonic() + _SECONDS + answer.size / _BYTES_A_SECOND
        try:
            while await self._is_open(one):
                if time.monotonic() > give_up_at:
                    logger.warning("reader_too_slow", path=scope.path, bytes=answer.size)
                    cut_connection(scope.client)
                    break
        finally:
            with self._lock:
                self._forget(one)
            answer.close()

    def _forget(self, one: _OnItsWay) -> None:
        if one in self._on_their_way:
            self._on_their_way.remove(one)
            self.bytes -= one.size

    async def _is_open(self, one: _OnItsWay) -> bool:
        """After a moment. What is seen is newer than the question; all who asked before have the same look."""
        asked_at = time.monotonic()
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
        async with self._looking:
            if self._looked_at < asked_at:
                began = time.monotonic()
                self._clients = await asyncio.to_thread(open_clients)
                self._looked_at = began
        return one.client in self._clients
