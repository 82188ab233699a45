"""Data that becomes another by itself when a moment comes: of a list of tomorrow, at midnight.

Nobody writes then, so nobody publishes. Which moment it is stands in Redis beside the generations: from it on no request is told of
a generation, and whoever asks first has the data turn. Which data does so the apps say in their configuration (`data_turn`).
"""

import threading
import time
from datetime import datetime
from typing import Protocol

import structlog
from django.apps import apps
from django.db import DatabaseError, InterfaceError
from django.utils.module_loading import import_string

from database.connections import drop_broken_connections, give_back_connection, is_unavailable

logger = structlog.get_logger(__name__)

#: Without Redis a process asks the database so often whether a moment has come that it does not know of.
_ASKED_EVERY_SECONDS = 30.0
#: Where the data could not turn, what there was is told for so long before it is tried again.
_PAUSE_SECONDS = 2.0
#: Asked every few seconds by machines that read no data: they ask the database nothing of their own, and write nothing.
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})


class Turn(Protocol):
    """Of an app's data."""

    def next_moment(self) -> datetime | None:
        """When its data turns next; it may be past. `None` where nothing is waiting."""

    def make(self) -> None:
        """Have it turn if the moment has come; waits a little for others who write. Raises `django.db.DatabaseError`."""


def _turns() -> list[Turn]:
    names = (getattr(app, "data_turn", None) for app in apps.get_app_configs())
    return [import_string(name) for name in names if name]


def find_next_turn() -> datetime | None:
    """The first of the moments at which data turns."""
    return min((moment for turn in _turns() if (moment := turn.next_moment()) is not None), default=None)


class _Tries:
    """Of this process: one at a time, and none for a while where one failed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.not_before = 0.0
        self._day: object = None
        self._asked_at = -_ASKED_EVERY_SECONDS

    def make(self) -> None:
        """Have all data turn whose moment has come. What cannot be done now is tried again; nobody's request fails for it."""
        with self._lock:
            if time.monotonic() < self.not_before:
                return
            try:
                for turn in _turns():
                    turn.make()
            except (DatabaseError, InterfaceError) as error:
                self.not_before = time.monotonic() + _PAUSE_SECONDS
                logger.warning("data_not_turned", error=type(error).__name__)
                if is_unavailable(error):
                    drop_broken_connections()
            finally:
                give_back_connection()

    def make_now_and_then(self, day: object) -> None:
        """The same at the first request of a day, and a few times a minute."""
        now = time.monotonic()
        if day == self._day and now - self._asked_at < _ASKED_EVERY_SECONDS:
            return
        self._day, self._asked_at = day, now
        self.make()


tries = _Tries()
