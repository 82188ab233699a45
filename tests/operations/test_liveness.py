"""Signs of life of the worker, of the notifier and of beat."""

import os
import time
from pathlib import Path
from unittest.mock import Mock

import pytest
from celery.signals import heartbeat_sent
from celery.worker.heartbeat import Heart
from django.core.management import CommandError, call_command
from pytest_django import Settings

from config.celery import app
from operations.beat import LivingScheduler


@pytest.fixture
def directory(settings: Settings, tmp_path: Path) -> Path:
    settings.RUNTIME_DIRECTORY = tmp_path
    return tmp_path


def test_a_worker_that_beats_is_alive(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    heartbeat_sent.send(sender=None)

    call_command("check_worker")

    assert "worker は動いています" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "files"), [("notifier@machine", ["notifier.alive"]), ("celery@machine", ["worker.alive"])]
)
def test_two_workers_that_share_a_directory_are_told_apart(directory: Path, name: str, files: list[str]) -> None:
    Heart(Mock(), Mock(hostname=name, enabled=True)).start()

    assert [file.name for file in directory.iterdir()] == files


def test_a_notifier_that_beats_is_alive(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Heart(Mock(), Mock(hostname="notifier@machine", enabled=True)).start()

    call_command("check_notifier")

    assert "notifier は動いています" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_beat_is_alive_after_each_look_at_its_schedules(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    LivingScheduler(app=app).tick()

    call_command("check_beat")

    assert "beat は動いています" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["check_worker", "check_notifier", "check_beat"])
def test_one_that_was_never_heard_of_is_not(directory: Path, command: str) -> None:
    with pytest.raises(CommandError, match="まだ一度も応答していません"):
        call_command(command)


@pytest.mark.parametrize("part", ["worker", "notifier", "beat"])
def test_one_that_fell_silent_is_not(directory: Path, part: str) -> None:
    file = directory / f"{part}.alive"
    file.touch()
    os.utime(file, (time.time() - 130, time.time() - 130))

    with pytest.raises(CommandError, match="最後の応答から 130 秒"):
        call_command(f"check_{part}")


def test_without_a_directory_nobody_can_tell(settings: Settings) -> None:
    settings.RUNTIME_DIRECTORY = None
    heartbeat_sent.send(sender=None)

    with pytest.raises(CommandError, match="PROMETHEUS_MULTIPROC_DIR が設定されていない"):
        call_command("check_worker")


def test_a_probe_leaves_no_files_behind(directory: Path) -> None:
    """Each process opens files for its counters; one a minute would fill a container in the end."""
    own, other = directory / f"counter_{os.getpid()}.db", directory / f"counter_9{os.getpid()}.db"
    for file in (own, other, directory / "worker.alive"):
        file.touch()

    call_command("check_worker")

    assert sorted(directory.iterdir()) == sorted([other, directory / "worker.alive"])
