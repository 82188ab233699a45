"""Local services as a person uses them: started for a command, and gone with it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

PROJECT = Path(__file__).resolve().parents[2]


def start(*words: str) -> subprocess.Popen[str]:
    environment = {n: v for n, v in os.environ.items() if n not in ("DATABASE_URL", "REDIS_URL")}
    return subprocess.Popen(
        [sys.executable, "-c", "from config.local import places; import pathlib, sys\n"
         f"places.LOCAL = pathlib.Path({words[0]!r})\n"
         "from config.local import __main__, settings_for_children\n"
         "settings_for_children.LOCAL = places.LOCAL\n"
         f"sys.exit(__main__.main({list(words[1:])!r}))"],
        cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_a_command_gets_real_services_and_its_exit_code_comes_back(tmp_path: Path) -> None:
    script = "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL']).close(); raise SystemExit(7)"

    process = start(str(tmp_path), "exec", "--test", "--", sys.executable, "-c", script)
    _, errors = process.communicate(timeout=60)

    assert (process.returncode, errors) == (7, "")


def test_nothing_is_left_when_the_command_is_stopped(tmp_path: Path) -> None:
    process = start(str(tmp_path), "exec", "--test", "--", "sleep", "60")
    deadline = time.monotonic() + 30
    while not (tmp_path / "test" / "services.json").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    children = psutil.Process(process.pid).children(recursive=True)

    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)

    assert len(children) >= 3
    assert [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []
    assert not (tmp_path / "test" / "services.json").exists()
