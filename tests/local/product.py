"""A whole running product, and its services stopped and started below it."""

import json
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from local.places import find_valkey
from tests.local.stack import family_of, name_of, still_running, wait_for


def is_healthy(port: int) -> bool:
    """Whether a whole product answers there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(json.load(answer)["status"] == "ok")
    except OSError:
        return False


@dataclass
class Product:
    """A whole product with a J-Quants source from its environment."""

    process: subprocess.Popen[str]
    directory: Path
    base_url: str
    api_key: str
    successors: list[psutil.Process]
    #: Of what its first start brings, how much there was before any test.
    totals_at_first: dict[str, int] = field(default_factory=dict)

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
        return self.services(name)[0]

    def services(self, name: str) -> list[psutil.Process]:
        """All processes of that name that live, the main one first."""
        roots = [psutil.Process(self.process.pid), *still_running(self.successors)]
        family = [member for root in roots for member in family_of(root)]
        return [member for member in still_running(family) if name_of(member) == name]

    def is_whole(self) -> bool:
        """Whether each of its parts is there."""
        answer = self.ask("/readyz")
        return answer is not None and answer["status"] == "ok"


def stop_redis(product: Product) -> Callable[[], None]:
    """Kill both servers of Redis; what is returned starts them again, empty, where they were."""
    urls = json.loads((product.directory / "services.json").read_text())
    old = product.services("valkey-server")
    assert len(old) == 2
    for process in old:
        process.kill()
    wait_for(lambda: not still_running(old))

    def start_again() -> None:
        for name in ("BROKER_URL", "REDIS_URL"):
            password, _, port = urls[name].removeprefix("redis://:").removesuffix("/0").rpartition("@127.0.0.1:")
            new = subprocess.Popen([find_valkey(), "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
            assert new.stdin is not None
            new.stdin.write(f'port {port}\nbind 127.0.0.1\nrequirepass {password}\nsave ""\n')
            new.stdin.close()
            product.successors.append(psutil.Process(new.pid))

    return start_again


def stop_database(product: Product) -> Callable[[], None]:
    """Stop PostgreSQL as an operator would; what is returned starts it again."""
    old = product.service("postgres")
    command, user, group = old.cmdline(), old.uids().real, old.gids().real
    old.send_signal(signal.SIGINT)
    wait_for(lambda: not still_running([old]))

    def start_again() -> None:
        same = {"user": user, "group": group, "extra_groups": []} if user else {}
        new = subprocess.Popen(command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **same)
        product.successors.append(psutil.Process(new.pid))

    return start_again
