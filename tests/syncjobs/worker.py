"""A real Celery worker on the test database."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

from syncjobs.choices import RunStatus
from syncjobs.models import SyncRun
from tests.forking import start_logging

#: The pauses of a test; see `impatience`.
IMPATIENCE = {
    "JQUANTS_BACKOFF_SECONDS": "0.01",
    "JQUANTS_WAIT_AFTER_LIMIT_SECONDS": "0.3",
    "YAHOO_BACKOFF_SECONDS": "0.01",
    "YAHOO_WAIT_AFTER_LIMIT_SECONDS": "0.3",
}


def database_url_of_tests() -> str:
    """`DATABASE_URL` with the name of the database that the tests use."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


class Worker:
    """One worker process with two children, and its log. Only what is sent to its own queue reaches it."""

    options: tuple[str, ...] = ("--concurrency", "2")

    def __init__(self, log_path: Path, *, queue: str, **environment: str) -> None:
        self.log_path = log_path
        self.queue = queue
        self._environment = {
            **os.environ, "DATABASE_URL": database_url_of_tests(), "LOG_LEVEL": "DEBUG", "LOG_FORMAT": "json",
            **IMPATIENCE, **environment,
        }  # fmt: skip

    def start(self) -> "Worker":
        """Start it and wait until it answers."""
        self.begin()
        return self.wait_until_ready()

    def begin(self) -> None:
        """Start it; of several all may be started before anybody waits."""
        self._started_before = self._count_starts()
        words = [
            "celery", "--app", "config", "worker", *self.options, "--loglevel", "info", "--without-gossip",
            "--without-mingle", "--hostname", f"{id(self)}@%h", "--queues", self.queue,
        ]  # fmt: skip
        self.process = start_logging(words, self.log_path, self._environment, is_leader=True)

    def wait_until_ready(self) -> "Worker":
        wait_until(lambda: self._count_starts() > self._started_before, self._tell)
        return self

    def kill(self) -> None:
        """SIGKILL to it and its children, at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """As a deployment stops it."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def log(self) -> str:
        return self.log_path.read_text()

    def _count_starts(self) -> int:
        return self.log().count(" ready.") if self.log_path.exists() else 0

    def _tell(self) -> str:
        return self.log()[-3000:]


def wait_until(is_true: Callable[[], bool], tell: Callable[[], object] = str, timeout_seconds: float = 40) -> None:
    """Until it is; a failed assertion with what there is to tell after the time."""
    deadline = time.monotonic() + timeout_seconds
    while not is_true():
        assert time.monotonic() < deadline, tell()
        time.sleep(0.05)


def wait_for_end(run: SyncRun, timeout_seconds: float = 40) -> SyncRun:
    """The run after it ended."""

    def has_ended() -> bool:
        run.refresh_from_db()
        return run.status not in (RunStatus.QUEUED, RunStatus.RUNNING)

    wait_until(has_ended, lambda: f"{run.status} {run.phase} {run.done}/{run.total}", timeout_seconds)
    return run
