"""The product's web server on the tests' own database, asked over real HTTP."""

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from django.db import connection

from serving import COMMAND_LINE
from tests.forking import start_logging
from tests.local.stack import family_of
from tests.ports import free_port

_START_SECONDS = 30
#: How it listens, as everywhere (`tests/deploy/test_serving.py`).
SERVING = COMMAND_LINE.split()


@dataclass(frozen=True)
class Server:
    port: int
    process: psutil.Process

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def memory_bytes(self) -> int:
        """What its processes hold for themselves."""
        return sum(process.memory_full_info().uss for process in [self.process, *self.process.children(recursive=True)])


def serve(
    directory: Path, application: str = "config.rsgi:application", *, workers: int = 1, **more: str
) -> AbstractContextManager[Server]:
    """The server as `make run` starts it, until the end of the block; its log is in `directory`."""
    return serve_at(free_port(), directory, application, workers=workers, **more)


@contextmanager
def serve_at(
    port: int, directory: Path, application: str = "config.rsgi:application", *, workers: int = 1, **more: str
) -> Iterator[Server]:
    """The same at that port."""
    log_path = directory / "web.log"
    words = [
        "granian", *SERVING, "--workers", str(workers), "--workers-kill-timeout", "10", "--port", str(port),
        "--log-level", "warning", application,
    ]  # fmt: skip
    log_path.write_bytes(b"")
    environment = {**os.environ, "DATABASE_URL": database_url(), "LOG_LEVEL": "WARNING", **more}
    with _ended_afterwards(start_logging(words, log_path, environment)) as process:
        wait_until_up(port)
        yield Server(port, process)


@contextmanager
def started(command: list[str], log_path: Path, **environment: str) -> Iterator[psutil.Process]:
    """A program that serves, until the end of the block."""
    with log_path.open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=log, stderr=subprocess.STDOUT)
    with _ended_afterwards(process) as running:
        yield running


@contextmanager
def _ended_afterwards(process: "subprocess.Popen[bytes]") -> Iterator[psutil.Process]:
    """As a deployment ends it; what has ended by itself is no fault."""
    running = psutil.Process(process.pid)
    try:
        yield running
    finally:
        # It may end while it is asked for them.
        children = family_of(running)[1:]
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            for child in children:
                child.kill()
            raise
        _, alive = psutil.wait_procs(children, timeout=3)
        assert not alive, "a web process outlived its server"


def database_url() -> str:
    """Of the database that this process works on, which need not be the one it was started with."""
    base, _, options = os.environ["DATABASE_URL"].partition("?")
    url = f"{base.rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    return f"{url}?{options}" if options else url


def wait_until_up(port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return
