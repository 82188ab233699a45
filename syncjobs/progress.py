"""What a worker says of a run while it works on it, and hears of it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, InterfaceError, connection
from django.db.models.functions import Now

from database.connections import drop_broken_connections
from datasources.list_notes import ListNote
from syncjobs.choices import RunPhase, RunStatus
from syncjobs.errors import RunCancelled, RunLost
from syncjobs.models import SyncRun

logger = structlog.get_logger(__name__)

HEARTBEAT_SECONDS = 5.0
_LOOK_EVERY_SECONDS = 1.0
# Each is a sentence on a page.
_MOST_NOTES = 100


class Progress:
    """The visible progress of one run. A database that is away for a moment does not end the work."""

    def __init__(self, run_id: UUID) -> None:
        self._run_id = run_id
        self._looked_at = 0.0
        self._notes: list[dict[str, Any]] = []

    def check_cancelled(self) -> None:
        """Look once a second whether to go on. Raises `RunCancelled`, and `RunLost` for a run taken for dead."""
        if time.monotonic() - self._looked_at < _LOOK_EVERY_SECONDS:
            return
        self._looked_at = time.monotonic()
        try:
            seen = SyncRun.objects.filter(pk=self._run_id).values_list("status", "cancel_requested_at").first()
        except (DatabaseError, InterfaceError):
            self._forgive("look")
            return
        if seen is None or seen[0] != RunStatus.RUNNING:
            raise RunLost
        if seen[1] is not None:
            raise RunCancelled

    def begin_applying(self, total: int) -> None:
        """From here on nobody cancels. Raises `RunCancelled` where somebody did before, and `RunLost`."""
        begun = SyncRun.objects.filter(pk=self._run_id, status=RunStatus.RUNNING, cancel_requested_at=None).update(
            phase=RunPhase.APPLYING, done=total, total=total, heartbeat_at=Now()
        )
        if not begun:
            self._looked_at = 0.0
            self.check_cancelled()
            raise RunLost

    def report(self, phase: RunPhase, done: int, total: int) -> None:
        """Write how far it is."""
        try:
            SyncRun.objects.filter(pk=self._run_id, status=RunStatus.RUNNING).update(
                phase=phase, done=done, total=total, heartbeat_at=Now()
            )
        except (DatabaseError, InterfaceError):
            self._forgive("report")

    def note(self, note: ListNote) -> None:
        """Write what went otherwise than usual, below what was written before."""
        self._notes = [*self._notes, note.kept()][:_MOST_NOTES]
        logger.info("sync_note", run_id=str(self._run_id), code=note.code, details=note.details)
        try:
            SyncRun.objects.filter(pk=self._run_id, status=RunStatus.RUNNING).update(notes=self._notes)
        except (DatabaseError, InterfaceError):
            self._forgive("note")

    def _forgive(self, what: str) -> None:
        logger.warning("sync_progress_unavailable", run_id=str(self._run_id), what=what)
        drop_broken_connections()


@contextmanager
def beating(run_id: UUID) -> Iterator[None]:
    """Signs of life every few seconds for the block, from a thread: applying a list is one long statement."""
    stopped = threading.Event()
    thread = threading.Thread(target=_beat, args=(run_id, stopped), name=f"heartbeat-{run_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _beat(run_id: UUID, stopped: threading.Event) -> None:
    try:
        while not stopped.wait(HEARTBEAT_SECONDS):
            try:
                SyncRun.objects.filter(pk=run_id, status=RunStatus.RUNNING).update(heartbeat_at=Now())
            except (DatabaseError, InterfaceError):
                logger.warning("sync_heartbeat_missed", run_id=str(run_id))
                drop_broken_connections()
    finally:
        connection.close()
