"""Redis and PostgreSQL restarted below a running product, in the middle of a sync."""

import json
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from config.local.places import find_valkey
from tests.fakes.jquants import API_KEY, FakeJquants
from tests.local.stack import finish, start, still_running, wait_for
from tests.local.test_run import free_port, is_healthy


@dataclass
class Product:
    """A whole product with a J-Quants source from its environment."""

    process: subprocess.Popen[str]
    directory: Path
    base_url: str
    api_key: str
    successors: list[psutil.Process]

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The API's answer; `None` where it has none to give just now."""
        headers = {"X-API-Key": self.api_key, "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(
                urllib.request.Request(self.base_url + path, data, headers), timeout=10
            ) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
            return None

    def service(self, name: str) -> psutil.Process:
        """The main process of a service."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return next(child for child in children if child.name() == name)


@pytest.fixture
def product(tmp_path: Path, jquants: FakeJquants) -> Iterator[Product]:
    port = free_port()
    environment = {"JQUANTS_BASE_URL": jquants.url(), "JQUANTS_API_KEY": API_KEY}
    successors: list[psutil.Process] = []
    process = start(tmp_path, "run", log_path=tmp_path / "run.log", PORT=str(port), **environment)
    try:
        wait_for(lambda: is_healthy(port), timeout_seconds=120)
        key = json.loads((tmp_path / "credentials.json").read_text())["api_key"]
        yield Product(process, tmp_path, f"http://127.0.0.1:{port}", key, successors)
    finally:
        process.send_signal(signal.SIGINT)
        finish(process)
        for successor in successors:
            successor.terminate()
            successor.wait(20)


def restart_redis(product: Product) -> None:
    url = json.loads((product.directory / "services.json").read_text())["REDIS_URL"]
    password, _, port = url.removeprefix("redis://:").removesuffix("/0").rpartition("@127.0.0.1:")
    old = product.service("valkey-server")
    old.kill()
    wait_for(lambda: not still_running([old]))
    new = subprocess.Popen([find_valkey(), "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert new.stdin is not None
    new.stdin.write(f'port {port}\nbind 127.0.0.1\nrequirepass {password}\nsave ""\n')
    new.stdin.close()
    product.successors.append(psutil.Process(new.pid))


def restart_database(product: Product) -> None:
    old = product.service("postgres")
    command, user, group = old.cmdline(), old.uids().real, old.gids().real
    old.send_signal(signal.SIGINT)
    wait_for(lambda: not still_running([old]))
    same = {"user": user, "group": group, "extra_groups": []} if user else {}
    new = subprocess.Popen(command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **same)
    product.successors.append(psutil.Process(new.pid))


def run_through(product: Product, restart: Callable[[Product], None], jquants: FakeJquants) -> dict[str, Any]:
    """Start a sync, restart a service while it fetches, and wait for its end."""
    asked = len(jquants.requests)
    started = product.ask("/api/v1/companies/sync", {"force_update": True})
    wait_for(lambda: len(jquants.requests) > asked + 1)
    restart(product)
    return ended(product, started["sync_id"])


def ended(product: Product, sync_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while True:
        run = product.ask(f"/api/v1/companies/sync/runs/{sync_id}")
        if run is not None and run["status"] not in ("queued", "running"):
            return dict(run)
        assert time.monotonic() < deadline, run
        time.sleep(0.2)


def test_a_sync_outlives_the_restart_of_either_and_the_next_one_works(product: Product, jquants: FakeJquants) -> None:
    jquants.page_rows, jquants.delay_seconds = 5, 0.5
    assert [s["has_credentials"] for s in product.ask("/api/v1/datasources")["datasources"]] == [True]

    for restart in (restart_redis, restart_database):
        run = run_through(product, restart, jquants)
        assert (run["status"], run["total_companies"]) == ("completed", 40), run
        following = ended(product, product.ask("/api/v1/companies/sync", {})["sync_id"])
        assert (following["status"], following["unchanged_companies"]) == ("completed", 40)
    assert product.process.poll() is None
