"""Answers that wait for news: each costs a connection and some memory, none a thread.

A view that has nothing new asks for it (`api.endpoints.hold`). While anybody waits, the database is asked once a second
for all of them, in a thread of its own; whose position is behind then is asked about again, in a thread like any request.
The layer in front of Django sees two requests then: both are logged, counted and taken from the key's limit.

Measured on 2 cores, one process with 8 threads: 200 who wait cost no thread, 6 MB, one question a second and 0.2 s of
CPU in half a minute (1,000: 27 MB, 0.8 s); others were answered in 0.5 ms as before. All of the 200 had the news 0.2 s
after the question that found them, all of 1,000 after 1.2 s. With 1,900 waiting the process stopped in 0.3 s.
"""

import asyncio
from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from api.endpoints.hold import Hold
from serving.answers import WholeAnswer
from serving.newest_position import NewestPosition

_ASK_EVERY_SECONDS = 1.0
#: One more gets its answer at once. Each is a connection: three quarters of those that there may be are for others.
_MOST, _DESCRIPTORS_FOR_ONE = 2000, 4
#: What is held is an answer without news; all of them together are 32 MB at most.
_LARGEST_BYTES = 16 * 1024


class Ending(Enum):
    """How waiting ended."""

    NEWS = auto()
    NO_NEWS = auto()
    LEFT = auto()


class HeldAnswers:
    """Those of one process; used by its loop alone."""

    def __init__(self, find_newest: Callable[[], int] | None) -> None:
        """Where nobody can say what is newest, nothing is held."""
        self._newest = None if find_newest is None else NewestPosition(find_newest)
        self._waiting: dict[asyncio.Future[Ending], int] = {}
        self._most = 0
        self._asking: asyncio.Task[None] | None = None
        self._asked_at = float("-inf")

    def start(self, loop: asyncio.AbstractEventLoop, descriptors: int) -> None:
        """Hold answers from here on, in a process that may have so many descriptors."""
        self._loop = loop
        if self._newest is not None:
            self._newest.start(loop)
            self._most = min(_MOST, descriptors // _DESCRIPTORS_FOR_ONE)

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def new_hold(self, method: str, body: bytes) -> Hold | None:
        """For the view of a request that may wait: of one that only reads, and is small itself."""
        return Hold() if self._most and method == "GET" and not body else None

    @staticmethod
    def is_to_be_held(answer: WholeAnswer, hold: Hold | None) -> bool:
        """Whether its view wants it held, and it can be."""
        return hold is not None and hold.seconds > 0 and answer.status < 400 and answer.size <= _LARGEST_BYTES

    async def wait(self, hold: Hold, protocol: Any) -> Ending:
        """Until there is something newer, the time is over, the client is gone or the process has to stop."""
        if self._newest is None or len(self) >= self._most:
            return Ending.NO_NEWS
        woken: asyncio.Future[Ending] = self._loop.create_future()
        # What came since the answer was made is seen by the next question: positions are compared, not changes counted.
        self._waiting[woken] = hold.position
        if self._asking is None:
            self._asking = self._loop.create_task(self._ask_while_any_waits(self._newest))
        leaving = self._loop.create_task(_disconnect(protocol))
        try:
            done, _ = await asyncio.wait((woken, leaving), timeout=hold.seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._waiting.pop(woken, None)
            leaving.cancel()  # a connection that is kept would never tell it, and it would stay
        if leaving in done:
            return Ending.LEFT
        return woken.result() if woken in done else Ending.NO_NEWS

    def stop(self) -> None:
        """Send everything as it is, and hold nothing more: a process ends when all of its answers are sent."""
        self._most = 0
        self._wake(Ending.NO_NEWS, list(self._waiting))

    async def _ask_while_any_waits(self, newest_position: NewestPosition) -> None:
        while True:
            await asyncio.sleep(self._asked_at + _ASK_EVERY_SECONDS - self._loop.time())
            if not self._waiting:
                break
            self._asked_at = self._loop.time()
            if (newest := await newest_position.ask()) is not None:
                self._wake(Ending.NEWS, [woken for woken, position in self._waiting.items() if position < newest])
        self._asking = None

    def _wake(self, ending: Ending, them: list[asyncio.Future[Ending]]) -> None:
        for woken in them:
            del self._waiting[woken]
            woken.set_result(ending)


async def _disconnect(protocol: Any) -> None:
    await protocol.client_disconnect()
