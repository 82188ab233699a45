"""The programs of a simulation: two workers, two that tell others, the web. Each may be killed and comes back."""

import contextlib
import os
from pathlib import Path

import redis
from celery import current_app
from kombu.exceptions import KombuError

from tests.fakes.receiver import Receiver
from tests.forking import start_logging
from tests.ports import free_port
from tests.server import SERVING, wait_until_up
from tests.subscriptions.notifier import Notifier
from tests.syncjobs.worker import Worker

WORK, TELLING = "celery", "deliveries"
#: What beat sends every minute, and to whom.
_EVERY_MINUTE = {
    "syncjobs.tasks.decide_due_runs": WORK,
    "syncjobs.tasks.bring_lists_into_force": WORK,
    "syncjobs.tasks.reap_lost_runs": WORK,
    "syncjobs.tasks.propose_successions": WORK,
    "subscriptions.tasks.look_at_conditions": WORK,
}


class Web:
    """One web process behind a port that stays."""

    def __init__(self, directory: Path) -> None:
        self.port, self._log_path = free_port(), directory / "web.log"

    def start(self) -> None:
        words = ["granian", *SERVING, "--workers", "1", "--port", str(self.port), "--log-level", "warning", "config.rsgi:application"]  # fmt: skip
        environment = {**os.environ, "LOG_LEVEL": "WARNING", "MEIGARA_PROCESS": "web"}
        self._process = start_logging(words, self._log_path, environment, is_leader=True)
        wait_until_up(self.port)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, 9)
        self._process.wait()


class Programs:
    """All of them, and the beat."""

    def __init__(self, directory: Path) -> None:
        self.web = Web(directory)
        self.workers = [_Single(directory / f"worker-{number}.log", queue=WORK) for number in range(2)]
        self.notifiers = [Notifier(directory / f"notifier-{number}.log", queue=TELLING) for number in range(2)]
        self.receiver = Receiver()

    def start(self) -> None:
        for worker in (*self.workers, *self.notifiers):
            worker.begin()
        self.web.start()
        for worker in (*self.workers, *self.notifiers):
            worker.wait_until_ready()

    def kill(self) -> None:
        for worker in (*self.workers, *self.notifiers):
            worker.kill()
        self.web.kill()


class _Single(Worker):
    """With one task at a time."""

    options = ("--concurrency", "1")


def tick() -> None:
    """As beat does in a minute. Where the queue is away nothing is sent."""
    for name, queue in _EVERY_MINUTE.items():
        with contextlib.suppress(*AWAY):
            current_app.send_task(name, queue=queue, retry=False)
    tell()


def tell() -> None:
    """As beat does every few seconds; to both of them."""
    for _ in range(2):
        with contextlib.suppress(*AWAY):
            current_app.send_task("subscriptions.tasks.tell_others", queue=TELLING, retry=False, expires=4)


#: How a queue that is away shows.
AWAY = (KombuError, OSError, redis.RedisError)
