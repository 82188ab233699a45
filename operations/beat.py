"""The scheduler that beat runs: the database's schedules, with signs of life, and not fooled by a clock that was ahead."""

import time
from typing import Any

import redis
import structlog
from django.utils import timezone
from django_celery_beat.schedulers import DatabaseScheduler

from logs.liveness import note_alive
from operations.task_queue import queue_length

logger = structlog.get_logger(__name__)

# Less is the ordinary work of whoever keeps the clock right.
_SET_BACK_SECONDS = 5.0
#: Nobody takes what waits in a queue for so long that so many came to it. Redis keeps what has expired until somebody takes it.
_PILED_UP = 1000


class LivingScheduler(DatabaseScheduler):  # type: ignore[misc] # untyped
    """Touches beat's file at each look at the schedules."""

    _last_look: tuple[float, float] | None = None

    def tick(self, *args: Any, **options: Any) -> Any:
        """Send what is due; the seconds until the next look."""
        self.forget_the_future()
        seconds = super().tick(*args, **options)
        note_alive("beat")
        return seconds

    def apply_async(self, entry: Any, producer: Any = None, advance: bool = True, **options: Any) -> Any:
        """Send it, unless it would only wait to be thrown away: without it the queue would fill Redis while a worker is away."""
        if _is_piled_up(entry):
            logger.warning("schedule_not_sent", schedule=entry.name, waiting=_PILED_UP)
            return None
        return super().apply_async(entry, producer=producer, advance=advance, **options)

    def forget_the_future(self) -> None:
        """Nothing was sent later than now, and nothing is put off by a clock that has been set back since: otherwise beat would
        be silent for as long as its clock was ahead.
        """
        now = timezone.now()
        ahead = [entry for entry in (self._schedule or {}).values() if entry.last_run_at and entry.last_run_at > now]
        for entry in ahead:
            entry.last_run_at = entry.model.last_run_at = now
            self._dirty.add(entry.name)
        if ahead or self._is_set_back():
            logger.warning("beat_clock_was_ahead", schedules=len(ahead))
            self._heap = None

    def _is_set_back(self) -> bool:
        before, self._last_look = self._last_look, (time.monotonic(), time.time())
        if before is None:
            return False
        passed, shown = self._last_look[0] - before[0], self._last_look[1] - before[1]
        return shown < passed - _SET_BACK_SECONDS


def _is_piled_up(entry: Any) -> bool:
    if not entry.options.get("expires"):
        return False
    try:
        return queue_length(entry.options.get("queue") or "")[1] >= _PILED_UP
    except redis.RedisError:
        return False  # sending says what is wrong
