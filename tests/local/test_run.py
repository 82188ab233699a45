"""`make run`: the whole product, until it is told to stop or a part of it dies."""

import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import psutil
import pytest

from tests.examples import so_many
from tests.local.product import Product, is_healthy
from tests.local.stack import PROJECT, command_of, finish, start, wait_for


def is_in(words: str, path: Path) -> bool:
    return words in path.read_text()


def child_named(process: psutil.Process, word: str) -> psutil.Process:
    return next(child for child in process.children(recursive=True) if f" {word} " in f"{' '.join(command_of(child))} ")


# Of the web others hold the port when it is killed; the rest are looked after as it is.
PARTS = (("web", "granian"), ("worker", "--queues celery"), ("notifier", "--queues deliveries"), ("beat", "beat"))[
    : so_many(in_each_run=1, in_proofs=4)
]


def test_it_serves_real_lists_with_a_key_that_only_its_user_can_read(product: Product) -> None:
    assert product.totals_at_first == {"companies": 4354, "destinations": 0}
    assert (product.directory / "credentials.json").stat().st_mode & 0o777 == 0o600


def test_a_part_that_is_killed_is_started_again_and_said_so(product: Product) -> None:
    log_path = product.directory / "run.log"
    # It was told what Flower refuses to start with: the others do without it.
    wait_for(partial(is_in, "flower を使えません（終了コード 1）。ほかはそのまま動きます。", log_path))
    for name, word in PARTS:
        child_named(psutil.Process(product.process.pid), word).kill()
        said = f"{name} が終了しました（終了コード -9）。1 秒後に再起動します（1/5 回目）。"
        wait_for(partial(is_in, said, log_path))

    # By then none of those who were killed can answer any more.
    port = int(product.base_url.rpartition(":")[2])
    wait_for(lambda: is_healthy(port), timeout_seconds=120)
    assert product.process.poll() is None


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
