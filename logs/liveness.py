"""Signs of life of the worker, of the notifier and of beat, which nobody can ask over HTTP: each touches a file while it does its work.

The files are in `RUNTIME_DIRECTORY`, beside the counters of prometheus_client. Looking at one needs neither broker nor database, so that an outage of those does
not have every container restarted.
"""

import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from celery.signals import heartbeat_sent
from django.conf import settings

#: Seconds without a sign of life that are too many. A worker beats every 2 s while it is connected, beat looks at its
#: schedules at least every 5 s; both have to outlive a broker that restarts. Who keeps
#: backups looks up between the pieces of one; counting the rows of every table comes before the first.
LONGEST_SILENCE = {"worker": 120, "notifier": 120, "beat": 120, "backup": 900}


def show_worker_alive() -> None:
    """Have a worker touch its file with each heartbeat it sends to the broker."""
    heartbeat_sent.connect(_worker_lives)


def note_alive(part: str) -> None:
    """Touch the file of `part` (one of `LONGEST_SILENCE`); nothing where there is no directory for it, or no room in it: then the work
    goes on, and only the probe hears nothing.
    """
    if settings.RUNTIME_DIRECTORY is not None:
        with suppress(OSError):
            _file_of(settings.RUNTIME_DIRECTORY, part).touch()


def seconds_silent(part: str) -> float | None:
    """Since the last sign of life of `part` on this machine; `None` where there was none."""
    if settings.RUNTIME_DIRECTORY is None:
        return None
    try:
        return max(0.0, time.time() - _file_of(settings.RUNTIME_DIRECTORY, part).stat().st_mtime)
    except FileNotFoundError:
        return None


def _worker_lives(sender: Any = None, **_options: Any) -> None:
    """`sender` beats for a worker with a name; the one that tells others may share the directory with another (`make run`)."""
    name = getattr(getattr(sender, "eventer", None), "hostname", None) or ""
    note_alive("notifier" if name.startswith("notifier@") else "worker")


def _file_of(directory: Path, part: str) -> Path:
    return directory / f"{part}.alive"
