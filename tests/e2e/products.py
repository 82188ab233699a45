"""Products in places of their own, started as a person starts one."""

import json
import os
import shlex
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from local.run import program_commands, web_command
from tests.forking import start_logging, start_program
from tests.local.prepared import copy_prepared, shared_by_processes
from tests.local.product import is_healthy
from tests.local.stack import PROJECT, finish, start, wait_for
from tests.ports import free_port


@dataclass(frozen=True)
class Product:
    """A running product and how to enter it."""

    base_url: str
    admin_user: str
    admin_password: str
    api_key: str

    def get(self, path: str) -> Any:
        return self._ask(urllib.request.Request(self.base_url + path))

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The API's answer to a body."""
        headers = {"Content-Type": "application/json"}
        return self._ask(urllib.request.Request(self.base_url + path, json.dumps(body).encode(), headers))

    def _ask(self, request: urllib.request.Request) -> Any:
        request.add_header("X-API-Key", self.api_key)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


def start_product(directory: Path) -> tuple[subprocess.Popen[str], Product]:
    """Everything that `make run` starts, with its sample lists, in a place of its own."""
    copy_prepared(directory, shared_by_processes(directory))
    port = free_port()
    process = start(directory, "run", log_path=None, PORT=str(port), FLOWER_PORT=str(free_port()))
    try:
        wait_for(lambda: is_healthy(port), timeout_seconds=180)
    except AssertionError:
        stop_product(process)
        raise
    return process, _product_in(directory)


def stop_product(process: subprocess.Popen[str]) -> None:
    """As Ctrl-C does."""
    process.send_signal(signal.SIGINT)
    finish(process)


@contextmanager
def services_in(directory: Path) -> Iterator[dict[str, str]]:
    """PostgreSQL and Valkey in a place of their own: the environment of programs that use them."""
    told = directory / "environment"
    keep = f"env -0 > {told}.part && mv {told}.part {told} && exec sleep infinity"
    process = start(
        directory, "exec", "--", "sh", "-c", keep,
        log_path=directory / "services.log", DJANGO_SETTINGS_MODULE="config.settings",
    )  # fmt: skip
    try:
        wait_for(told.exists, timeout_seconds=180)
        yield dict(entry.split("=", 1) for entry in told.read_text().rstrip("\0").split("\0"))
    finally:
        process.terminate()
        finish(process)


@contextmanager
def new_product(directory: Path, **more: str) -> Iterator[Product]:
    """As the first `make run` leaves it, of the same programs but Flower, which are forked; `more` are further variables.

    That takes half the processor time of `make run`, by which the product is started that most tests share.
    """
    copy_prepared(directory, shared_by_processes(directory))
    with services_in(directory) as environment:
        port = free_port()
        product = replace(_product_in(directory), base_url=f"http://127.0.0.1:{port}")
        address = {"MEIGARA_BASE_URL": product.base_url, "FLOWER_URL": "http://127.0.0.1:1/"}
        with _running(directory, program_commands(port, directory), {**environment, **address, **more}):
            wait_for(lambda: is_healthy(port), timeout_seconds=180)
            yield product


@contextmanager
def pages_of(directory: Path, environment: dict[str, str]) -> Iterator[Product]:
    """Pages and API alone, of the data that are there: what works behind them is not needed to look at them."""
    port = free_port()
    environment = {**environment, "MEIGARA_BASE_URL": f"http://127.0.0.1:{port}"}
    subprocess.run([sys.executable, "-m", "local.prepare"], cwd=PROJECT, env=environment, check=True)
    with _running(directory, {"web": web_command(port)}, environment):
        wait_for(lambda: _answers(port), timeout_seconds=180)
        yield _product_in(directory)


@contextmanager
def _running(directory: Path, commands: dict[str, str], environment: dict[str, str]) -> Iterator[None]:
    """Until the end of the block; what they leave is looked at by nobody."""
    processes = [
        start_logging(shlex.split(command), directory / f"{name}.log", environment)
        for name, command in commands.items()
    ]
    try:
        yield
    finally:
        for process in processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _answers(port: int) -> bool:
    """Whether the web process does; it is not ready, for want of a worker."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def run_to_its_end(environment: dict[str, str], *words: str) -> None:
    """Of `manage.py`, in the environment that `services_in` gave."""
    process = start_program(list(words), environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    told, errors = process.communicate()
    assert process.returncode == 0, (told, errors)


def _product_in(directory: Path) -> Product:
    written = json.loads((directory / "credentials.json").read_text())
    return Product(**{name: written[name] for name in Product.__dataclass_fields__})
