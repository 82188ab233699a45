"""The process that tells others, as it is started, on a queue of its own; and what asks it to look, as the schedule does."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from subscriptions.tasks import tell_others
from tests.local.stack import PROJECT
from tests.syncjobs.worker import Worker, wait_until


class Notifier(Worker):
    """One process with threads."""

    def __init__(self, log_path: Path, **environment: str) -> None:
        super().__init__(log_path, queue=f"deliveries-{uuid4()}", ALLOW_PRIVATE_RECEIVERS="true", **environment)

    def start(self) -> "Notifier":
        """Start it and wait until it answers."""
        started_before = self._count_starts()
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-m", "celery", "--app", "config", "worker", "--pool", "threads", "--concurrency", "1", "--loglevel", "info",
                    "--without-gossip", "--without-mingle", "--hostname", f"{uuid4()}@%h", "--queues", self.queue,
                ],
                cwd=PROJECT, env=self._environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        wait_until(lambda: self._count_starts() > started_before, self._tell)
        return self

    @contextmanager
    def asked_again_and_again(self) -> Iterator[None]:
        """Until the end of the block, as often as a test has patience for."""
        is_over = threading.Event()

        def ask() -> None:
            while not is_over.wait(1):
                tell_others.apply_async(queue=self.queue, expires=4, ignore_result=True)

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        try:
            yield
        finally:
            is_over.set()
            asking.join()
