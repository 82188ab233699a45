"""Local services as a person uses them: started for a command, and gone with it."""

import signal
import sys
from pathlib import Path

import psutil
import pytest

from tests.local.stack import finish, start, still_running, wait_for

CONNECT = "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL']).close(); "


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of services that end in good order: who starts after another finds its data directory made."""
    return tmp_path_factory.mktemp("local")


def test_a_command_gets_real_services_and_its_exit_code_comes_back(directory: Path) -> None:
    code, _, errors = finish(
        start(directory, "exec", "--test", "--", sys.executable, "-c", CONNECT + "raise SystemExit(7)")
    )

    assert (code, errors) == (7, "")


def test_nothing_is_left_when_the_command_is_stopped(directory: Path) -> None:
    process = start(directory, "exec", "--test", "--", "sleep", "60")
    wait_for((directory / "test" / "services.json").exists)
    children = psutil.Process(process.pid).children(recursive=True)

    process.send_signal(signal.SIGTERM)
    finish(process)

    assert len(children) >= 3
    assert still_running(children) == []
    assert not (directory / "test" / "services.json").exists()


def test_nothing_is_left_when_the_command_is_killed(tmp_path: Path) -> None:
    process = start(tmp_path, "exec", "--test", "--", "sleep", "60")
    wait_for((tmp_path / "test" / "services.json").exists)
    children = psutil.Process(process.pid).children(recursive=True)

    process.kill()
    process.communicate(timeout=30)

    wait_for(lambda: still_running(children) == [])


def test_a_second_command_joins_the_services_of_the_first(tmp_path: Path) -> None:
    show = "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'])"
    first = start(tmp_path, "exec", "--", "sleep", "60")
    wait_for((tmp_path / "services.json").exists)

    _, one, _ = finish(start(tmp_path, "exec", "--", sys.executable, "-c", show))
    _, two, _ = finish(start(tmp_path, "exec", "--", sys.executable, "-c", CONNECT + show))
    first.send_signal(signal.SIGTERM)
    finish(first)

    assert one == two


def test_a_program_that_is_not_there_is_named(directory: Path) -> None:
    code, _, errors = finish(start(directory, "exec", "--test", "--", "no-such-program"))

    assert code == 1
    assert errors.startswith("エラー: no-such-program を実行できません")
