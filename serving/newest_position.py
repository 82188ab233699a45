"""Asking how far something has come, in a thread of its own: neither requests nor probes wait for the question."""

import asyncio
from collections.abc import Callable

import structlog

from database.connections import drop_broken_connections, give_back_connection, is_unavailable
from serving.threads import Threads

logger = structlog.get_logger(__name__)


class NewestPosition:
    """One question at a time."""

    def __init__(self, find: Callable[[], int]) -> None:
        self._find = find
        self._thread = Threads(1, longest_line=1, name="newest")
        self._is_failing = False

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start its thread."""
        self._loop = loop
        self._thread.start()

    async def ask(self) -> int | None:
        """`None` where nobody can say now; the log says why, once until it can be said again."""
        found: asyncio.Future[int | None] = self._loop.create_future()
        self._thread.submit(lambda: self._tell(found))
        return await found

    def _tell(self, found: asyncio.Future[int | None]) -> None:
        newest = None
        try:
            newest = self._find_and_give_back()
            self._is_failing = False
        except Exception as error:  # whatever it is, it is asked again: the thread has to go on
            if not self._is_failing:
                logger.exception("newest_position_not_found")
            self._is_failing = True
            if is_unavailable(error):
                drop_broken_connections()
        finally:
            self._loop.call_soon_threadsafe(found.set_result, newest)

    def _find_and_give_back(self) -> int:
        try:
            return self._find()
        finally:
            give_back_connection()
