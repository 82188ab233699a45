"""The process that tells others, started as it is deployed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import yaml
from django.db import connection
from django.utils import timezone

from operations.health import component_states
from subscriptions.models import Delivery
from subscriptions.schedule import QUEUE
from subscriptions.tasks import tell_others
from tests.fakes.receiver import Receiver
from tests.local.stack import PROJECT
from tests.subscriptions.telling import DELIVERED, WAITING, make_hook, plan, statuses
from tests.syncjobs.worker import database_url_of_tests, wait_until

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

_COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
COMMAND: list[str] = _COMPOSE["services"]["notifier"]["command"]


@dataclass(frozen=True)
class Running:
    """One that is at work, and what it says."""

    process: subprocess.Popen[bytes]
    log_path: Path


def start(directory: Path) -> Running:
    """It, once it is at work."""
    log_path = directory / "notifier.log"
    environment = {
        **os.environ, "DATABASE_URL": database_url_of_tests(), "LOG_FORMAT": "json", "ALLOW_PRIVATE_RECEIVERS": "true",
        "PROMETHEUS_MULTIPROC_DIR": str(directory),
    }  # fmt: skip
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *COMMAND],
            cwd=PROJECT,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    running = Running(process, log_path)
    try:
        wait_until((directory / "notifier.alive").exists, log_path.read_text)
    except AssertionError:
        end(running)
        raise
    return running


def end(running: Running) -> None:
    if running.process.poll() is None:
        os.killpg(running.process.pid, signal.SIGKILL)
        running.process.wait()


@pytest.fixture(scope="module")
def kept() -> Iterator[list[Running]]:
    """The one of the test before, while it lives."""
    found: list[Running] = []
    yield found
    for running in found:
        end(running)


@pytest.fixture
def notifier(kept: list[Running], tmp_path: Path) -> Running:
    """Started, and at work."""
    if not kept or kept[0].process.poll() is not None:
        kept[:] = [start(tmp_path)]
    return kept[0]


def tell() -> None:
    tell_others.apply_async(queue=QUEUE)


def has_ended(process: subprocess.Popen[bytes]) -> Callable[[], bool]:
    return lambda: process.poll() is not None


def test_it_tells_in_one_process_under_its_own_name_and_no_worker_is_there(
    notifier: Running, receiver: Receiver
) -> None:
    destination, _ = make_hook(receiver.url())
    plan(destination, 1, 2, 3)
    tell()
    wait_until(lambda: statuses(destination) == [DELIVERED] * 3)

    assert [message.json()["data"]["revision"] for message in receiver.at("/hook")] == [1, 2, 3]
    states = component_states()
    assert (states["notifier"], states["worker"]) == ("ok", "unavailable")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT application_name FROM pg_stat_activity WHERE application_name LIKE 'meigara-n%'"
        )
        assert cursor.fetchall() == [("meigara-notifier",)]
    assert psutil.Process(notifier.process.pid).children(recursive=True) == []


def test_what_is_sent_to_it_and_expired_is_not_done(notifier: Running, receiver: Receiver) -> None:
    destination, _ = make_hook(receiver.url())
    plan(destination, 1)
    tell_others.apply_async(queue=QUEUE, expires=timezone.now())
    tell()
    wait_until(lambda: not Delivery.objects.filter(status=WAITING).exists())

    assert len(receiver.at("/hook")) == 1


def test_asked_to_end_it_finishes_what_is_being_sent_and_begins_nothing_more(
    notifier: Running, receiver: Receiver
) -> None:
    destination, _ = make_hook(receiver.url())
    plan(destination, 1, 2)
    receiver.hold_answers()
    tell()
    wait_until(lambda: len(receiver.at("/hook")) == 1)
    notifier.process.terminate()
    wait_until(lambda: "worker_asked_to_stop" in notifier.log_path.read_text())
    receiver.let_answer()
    wait_until(has_ended(notifier.process))

    assert statuses(destination) == [DELIVERED, WAITING]
    assert len(receiver.at("/hook")) == 1
    destination.refresh_from_db()
    assert (destination.claim, destination.failures) == (None, 0)
