"""Starting `python -m local` beside whatever else runs here."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

PROJECT = Path(__file__).resolve().parents[2]


def start(
    directory: Path, *words: str, log_path: Path | None = None, errors_path: str = "", **more: str
) -> subprocess.Popen[str]:
    """The command with services of its own in `directory`, without those that the tests themselves use.

    What talks more than a pipe holds has to be given a `log_path`, where errors are, too, unless they have a path of their own.
    """
    output = subprocess.PIPE if log_path is None else log_path.open("w")
    errors = Path(errors_path).open("w") if errors_path else output  # noqa: SIM115 as the log
    hidden = ("DATABASE_URL", "BROKER_URL", "REDIS_URL", "PORT", "FLOWER_PORT")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.Popen(
        [sys.executable, "-m", "local", *words],
        cwd=PROJECT, env={**environment, "MEIGARA_LOCAL_DIR": str(directory), **more},
        stdout=output, stderr=errors, text=True,
    )  # fmt: skip


def finish(process: subprocess.Popen[str], timeout_seconds: float = 60) -> tuple[int, str, str]:
    output, errors = process.communicate(timeout=timeout_seconds)
    return process.returncode, output, errors


def wait_for(is_true: Callable[[], bool], timeout_seconds: float = 60) -> None:
    """Until it is; a failed assertion after the time."""
    deadline = time.monotonic() + timeout_seconds
    while not is_true():
        assert time.monotonic() < deadline, "did not become true in time"
        time.sleep(0.1)


def still_running(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that have not ended; a zombie nobody has collected yet has."""
    return [one for one in processes if _lives(one)]


def _lives(process: psutil.Process) -> bool:
    # It may end between two questions.
    with suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def command_of(process: psutil.Process) -> list[str]:
    """Its words; none of one that has ended."""
    with suppress(psutil.NoSuchProcess):  # a zombie, too
        return list(process.cmdline())
    return []


def family_of(process: psutil.Process) -> list[psutil.Process]:
    """It and all that descends from it, nothing of one that has ended."""
    with suppress(psutil.NoSuchProcess):
        return [process, *process.children(recursive=True)]
    return []


def name_of(process: psutil.Process) -> str:
    """What its program is called; nothing of one that has ended."""
    with suppress(psutil.NoSuchProcess):
        return str(process.name())
    return ""
