"""The servers that are measured: the product with the bare view beside it, the same under `make run`, and the FastAPI peer."""

import os
import shlex
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port
from tests.server import Server, database_url, serve, started, wait_until_up

_PROJECT = Path(__file__).resolve().parents[1]
_PRODUCT = "bench.rsgi:application"
_WORKERS = 2
_PEER_DATABASE, _START_SECONDS = "8", 60
_MIB = 1024 * 1024


@contextmanager
def serve_product(directory: Path) -> Iterator[Server]:
    """As in production: a line of JSON for each request, the counters of all processes."""
    with serve(
        directory, _PRODUCT, workers=_WORKERS, **_settings(directory), LOG_LEVEL="INFO", LOG_FORMAT="json"
    ) as server:
        yield server


@contextmanager
def serve_as_run(directory: Path) -> Iterator[Server]:
    """As `make run` does it: readable lines, passed on by its supervisor."""
    port = free_port()
    command = [sys.executable, "-m", "bench.as_run", str(port), _PRODUCT]
    settings = {**_settings(directory), "DATABASE_URL": database_url(), "LOG_LEVEL": "INFO", "LOG_FORMAT": "console"}
    with started(command, directory / "run.log", **settings) as process:
        wait_until_up(port)
        yield Server(port, process)


@contextmanager
def serve_peer(directory: Path, key: str) -> Iterator[Server]:
    """On the same tables, with a database of Redis of its own; the fastest loop and parser, no log but its own."""
    port, python = free_port(), os.environ.get("PEER_PYTHON", str(_PROJECT / ".venv-bench" / "bin" / "python"))
    command = [
        python, "-m", "uvicorn", "bench.peer.application:application", "--workers", str(_WORKERS), "--loop", "uvloop",
        "--http", "httptools", "--no-access-log", "--log-level", "error", "--timeout-graceful-shutdown", "3",
        "--port", str(port),
    ]  # fmt: skip
    log = directory / "peer.log"
    with started(command, log, DATABASE_URL=database_url(), REDIS_URL=peer_redis_url()) as process:
        _wait_for_answer(port, key, log)
        yield Server(port, process)


def peer_redis_url() -> str:
    """Beside the product's, which names its database (`bench.__main__`)."""
    return f"{os.environ['REDIS_URL'].rpartition('/')[0]}/{_PEER_DATABASE}"


def workers_mib(server: Server) -> list[float]:
    """The memory (RSS) of each process that answers, the largest first; not of those that look after them."""
    children = server.process.children(recursive=True)
    return sorted((child.memory_info().rss / _MIB for child in children), reverse=True)[:_WORKERS]


def _settings(directory: Path) -> dict[str, str]:
    metrics = directory / "metrics"
    return {"BENCH_BODIES": str(directory), "PROMETHEUS_MULTIPROC_DIR": str(metrics)}


def _wait_for_answer(port: int, key: str, log: Path) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/companies?limit=1", headers={"X-API-Key": key})
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            urllib.request.urlopen(request, timeout=5).close()  # noqa: S310
        except OSError as error:
            if time.monotonic() > deadline:
                raise RuntimeError(
                    f"the peer does not answer ({error}): {shlex.quote(log.read_text()[-2000:])}"
                ) from error
            time.sleep(0.2)
        else:
            return
