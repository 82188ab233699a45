"""Products in places of their own, started as a person starts one."""

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.run import web_command
from tests.local.prepared import copy_prepared, shared_by_processes
from tests.local.product import is_healthy
from tests.local.stack import finish, start, wait_for
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


def start_product(directory: Path, **more: str) -> tuple[subprocess.Popen[str], Product]:
    """Everything that `make run` starts, with its sample lists, in a place of its own; `more` are further variables."""
    if not any(directory.iterdir()):
        copy_prepared(directory, shared_by_processes(directory))
    port = free_port()
    process = start(directory, "run", log_path=None, PORT=str(port), FLOWER_PORT=str(free_port()), **more)
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
def pages_of(directory: Path) -> Iterator[Product]:
    """Pages and API alone, of the data that are there: what works behind them takes twelve seconds of processor to start."""
    port = free_port()
    environment = {"MEIGARA_BASE_URL": f"http://127.0.0.1:{port}", "DJANGO_SETTINGS_MODULE": "config.settings"}
    run_to_its_end(directory, "exec", "--", sys.executable, "-m", "local.prepare", **environment)
    words = [sys.executable, "-m", *web_command(port).split()]
    process = start(directory, "exec", "--", *words, log_path=directory / "web.log", **environment)
    try:
        wait_for(lambda: _answers(port), timeout_seconds=180)
        yield _product_in(directory)
    finally:
        process.terminate()
        finish(process)


def _answers(port: int) -> bool:
    """Whether the web process does; it is not ready, for want of a worker."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def run_to_its_end(directory: Path, *words: str, **more: str) -> None:
    """Of `python -m local`, with the services in `directory`."""
    code, told, errors = finish(start(directory, *words, log_path=None, **more), timeout_seconds=300)
    assert code == 0, told + errors


def _product_in(directory: Path) -> Product:
    written = json.loads((directory / "credentials.json").read_text())
    return Product(**{name: written[name] for name in Product.__dataclass_fields__})
