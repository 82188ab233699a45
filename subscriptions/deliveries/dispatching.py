"""Sending what is due. One thread, the coordinator, does all that is done with the database: claims, starts a thread for each claimed
delivery, and records what they bring back; those threads speak with receivers and with nothing else.

Destinations whose last attempt failed have places of their own, so that those that never answer do not hold up the others.
"""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Self

import structlog
from django.conf import settings
from django.db import Error

from database.connections import is_unavailable
from subscriptions.channels.registry import channel_of
from subscriptions.channels.sending import Outcome, SendingChannel
from subscriptions.deliveries.claiming import Claimed, claim_due, release
from subscriptions.deliveries.outcomes import record_outcome
from syncjobs.database_retry import retry_while_unavailable

logger = structlog.get_logger(__name__)

#: When the process is asked to end, answers are waited for so long; what comes later is sent again, with the same id.
STOP_WITHIN_SECONDS = 20.0
_LOOK_EVERY_SECONDS = 0.2


class Dispatcher:
    """Not to be shared by threads. `is_stopping` is asked between all steps."""

    def __init__(
        self, is_stopping: Callable[[], bool] = lambda: False, channel_of: Callable[[str], SendingChannel] = channel_of
    ) -> None:
        self._is_stopping, self._channel_of = is_stopping, channel_of
        self._brought: queue.SimpleQueue[tuple[Claimed, Outcome]] = queue.SimpleQueue()
        # By whether the destination is failing: how many are on their way.
        self._on_the_way = {False: 0, True: 0}
        self.delivered = self.attempted = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for what is on its way, for a bounded time."""
        deadline = time.monotonic() + STOP_WITHIN_SECONDS
        while sum(self._on_the_way.values()) and time.monotonic() < deadline:
            self._record_brought(deadline - time.monotonic())
        if left := sum(self._on_the_way.values()):
            logger.warning("deliveries_left_behind", count=left)

    def send_due(self, seconds: float) -> bool:
        """Send and record for so long, or until there is nothing to do. Whether there may be more."""
        deadline = time.monotonic() + seconds
        while not self._is_stopping():
            begun = self._begin_due()
            if not begun and not sum(self._on_the_way.values()):
                return False
            left = deadline - time.monotonic()
            if left <= 0:
                return True
            self._record_brought(min(left, _LOOK_EVERY_SECONDS))
        return False

    def _begin_due(self) -> int:
        limits = settings.DELIVERY_LIMITS
        begun = 0
        for is_failing, places in ((False, limits.threads), (True, limits.failing_threads)):
            free = places - self._on_the_way[is_failing]
            for claimed in claim_due(free, is_failing=is_failing):
                begun += self._begin(claimed)
        return begun

    def _begin(self, claimed: Claimed) -> bool:
        if self._is_stopping():
            release(claimed)
            return False
        self._on_the_way[claimed.is_failing] += 1
        # Ends with the process: what it is about is sent again.
        threading.Thread(target=self._send, args=(claimed,), daemon=True, name=f"send-{claimed.delivery_id}").start()
        return True

    def _send(self, claimed: Claimed) -> None:
        """In a thread of its own."""
        outcome = Outcome(False, error_code="ADDRESS_UNREADABLE")
        try:
            if claimed.job is not None:
                outcome = self._channel_of(claimed.channel).send(claimed.job)
        except Exception:
            # A fault of ours: recorded like a failure, or the place would be taken for ever and the destination never tried again.
            logger.exception("delivery_broke", delivery_id=claimed.delivery_id, channel=claimed.channel)
            outcome = Outcome(False, error_code="INTERNAL_ERROR")
        self._brought.put((claimed, outcome))

    def _record_brought(self, seconds: float) -> None:
        """Wait for one, and record all that are there."""
        try:
            brought = [self._brought.get(timeout=max(seconds, 0.0))]
        except queue.Empty:
            return
        while not self._brought.empty():
            brought.append(self._brought.get())
        # All places first: none is lost with what is wrong with another.
        for claimed, _ in brought:
            self._on_the_way[claimed.is_failing] -= 1
        for claimed, outcome in brought:
            self.attempted += 1
            self.delivered += _record(claimed, outcome) and outcome.is_delivered


def _record(claimed: Claimed, outcome: Outcome) -> bool:
    """Whether it was recorded. What cannot be written is tried without the receiver's words, as what it was; if that cannot be written
    either, the same is sent again when the claim ends. A database that is away concerns all, and is raised.
    """
    for attempt in (outcome, replace(outcome, answer_start="")):
        try:
            return retry_while_unavailable(lambda: record_outcome(claimed, attempt))  # noqa: B023 called at once
        except Exception as error:
            if isinstance(error, Error) and is_unavailable(error):
                raise
            logger.exception("delivery_outcome_unwritable", delivery_id=claimed.delivery_id, channel=claimed.channel)
    return False
