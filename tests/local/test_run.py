"""`make run`: the whole product, until it is told to stop or a part of it dies."""

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from functools import partial
from pathlib import Path

import psutil
import pytest

from tests.local.stack import PROJECT, command_of, finish, start, still_running, wait_for
from tests.ports import free_port


def is_healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(json.load(answer)["status"] == "ok")
    except OSError:
        return False


def is_in(words: str, path: Path) -> bool:
    return words in path.read_text()


def child_named(process: psutil.Process, word: str) -> psutil.Process:
    return next(child for child in process.children(recursive=True) if f" {word} " in f"{' '.join(command_of(child))} ")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the product keeps its data: who starts after another finds its database made."""
    return tmp_path_factory.mktemp("local")


def test_it_serves_real_lists_and_leaves_nothing_behind(directory: Path) -> None:
    port = free_port()
    process = start(directory, "run", PORT=str(port))
    wait_for(lambda: is_healthy(port), timeout_seconds=120)
    everything = psutil.Process(process.pid).children(recursive=True)
    credentials = json.loads((directory / "credentials.json").read_text())
    request = urllib.request.Request(
        f"{credentials['base_url']}/api/v1/companies?limit=1", headers={"X-API-Key": credentials["api_key"]}
    )
    total = json.load(urllib.request.urlopen(request, timeout=10))["total"]
    telling = urllib.request.Request(
        f"{credentials['base_url']}/api/v1/destinations", headers={"X-API-Key": credentials["api_key"]}
    )
    destinations = json.load(urllib.request.urlopen(telling, timeout=10))["total"]

    process.send_signal(signal.SIGINT)
    code, output, errors = finish(process)

    assert (total, destinations) == (4354, 0)
    assert (directory / "credentials.json").stat().st_mode & 0o777 == 0o600
    assert (code, errors) == (0, "")
    assert credentials["admin_password"] not in output + errors
    assert still_running(everything) == []


def test_a_part_that_is_killed_is_started_again_and_said_so(directory: Path, tmp_path: Path) -> None:
    port = free_port()
    log_path = tmp_path / "run.log"
    # What Flower refuses to start with: the others do without it.
    process = start(directory, "run", log_path=log_path, PORT=str(port), FLOWER_AUTH="*.*")
    try:
        wait_for(lambda: is_healthy(port), timeout_seconds=120)
        wait_for(partial(is_in, "flower を使えません（終了コード 1）。ほかはそのまま動きます。", log_path))
        for name, word in (
            ("worker", "--queues celery"),
            ("notifier", "--queues deliveries"),
            ("beat", "beat"),
            ("web", "granian"),
        ):
            child_named(psutil.Process(process.pid), word).kill()
            said = f"{name} が終了しました（終了コード -9）。1 秒後に再起動します（1/5 回目）。"
            wait_for(partial(is_in, said, log_path))
        wait_for(lambda: is_healthy(port), timeout_seconds=120)
        assert process.poll() is None
    finally:
        everything = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        finish(process)
    assert process.returncode == 0
    assert still_running(everything) == []


SUPERVISE = """
import shlex, sys
from local.supervision import RestartingManager
manager = RestartingManager()
manager.add_process("sound", "exec sleep 60")
manager.add_process("broken", "echo no such module; exit 3")
manager.loop()
print(manager.given_up, manager.returncode)
"""


def test_a_part_that_cannot_start_ends_everything_at_once_and_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SUPERVISE], cwd=PROJECT, capture_output=True, text=True, timeout=30, check=True
    )

    assert done.stdout.splitlines()[-1] == "['broken'] 3"
    assert "no such module" in done.stdout
    assert "再起動" not in done.stdout


WITHOUT = """
from local.supervision import RestartingManager
manager = RestartingManager()
manager.add_dispensable("extra", "echo no place for me; exit 3")
manager.add_process("sound", "exec sleep 5")
manager.add_process("last", "sleep 6; exit 4")
manager.loop()
"""


def test_where_the_others_can_do_without_a_part_they_go_on_and_it_is_said() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=True
    )

    assert "extra を使えません（終了コード 3）。ほかはそのまま動きます。" in done.stdout
    # The end of `extra` ended nothing: `sound` lived its five seconds, and was started again.
    assert "sound が終了しました（終了コード 0）" in done.stdout


@pytest.mark.parametrize(("port", "message"), [("http", "PORT=http はポート番号ではありません"), ("0", "PORT=0 は")])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str, message: str) -> None:
    code, _, errors = finish(start(tmp_path, "run", PORT=port))

    assert code == 1
    assert message in errors


def test_a_port_in_use_is_named_with_the_remedy(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, errors = finish(start(tmp_path, "run", PORT=str(port)))

    assert code == 1
    assert errors == (
        f"エラー: ポート {port} は使用中か、使えません。別のポートを指定してください（例: PORT={port + 1} make run）。\n"
    )
