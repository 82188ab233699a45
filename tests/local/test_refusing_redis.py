"""The queue's Redis demoted and frozen below a running product: people are answered, and the worker comes back by itself."""

import json
import signal
import time
import urllib.error
from typing import Any

import psutil
import redis

from tests.fakes.jquants import FakeJquants
from tests.local.product import Product
from tests.local.stack import command_of, still_running, wait_for
from tests.local.test_outages import get

BASE = "/api/v1/companies"
SYNC = f"{BASE}/sync"


def broker_of(product: Product) -> str:
    return str(json.loads((product.directory / "services.json").read_text())["BROKER_URL"])


def process_at(product: Product, url: str) -> psutil.Process:
    port = int(url.rpartition(":")[2].removesuffix("/0"))
    return next(
        process
        for process in product.services("valkey-server")
        if any(
            connection.laddr.port == port for connection in process.net_connections() if connection.status == "LISTEN"
        )
    )


def components(product: Product) -> dict[str, str]:
    found: dict[str, str] = get(product, "/readyz").body["components"]
    return found


def start_in_seconds(product: Product) -> str:
    """A sync that is asked for is answered, whatever the queue does; its id."""
    started = time.monotonic()
    answer: Any = product.ask(SYNC, {"force_update": True})
    assert time.monotonic() - started < 10
    return str(answer["sync_id"])


def cancel(product: Product, sync_id: str) -> None:
    """Unless the worker was quicker."""
    try:
        product.ask(f"{SYNC}/runs/{sync_id}/cancel", {})
    except urllib.error.HTTPError as error:
        if error.code != 409:
            raise


def runs_to_its_end(product: Product) -> None:
    """A sync asked for now is done by the worker."""
    sync_id = start_in_seconds(product)
    wait_for(lambda: product.ask(f"{SYNC}/runs/{sync_id}")["status"] == "completed", timeout_seconds=60)


def test_a_worker_outlives_a_queue_that_refuses_and_one_that_is_silent(product: Product, jquants: FakeJquants) -> None:
    log_path = product.directory / "run.log"
    said_before = len(log_path.read_text())
    runs_to_its_end(product)
    worker = next(
        child
        for child in still_running(psutil.Process(product.process.pid).children(recursive=True))
        if {"worker", "celery"} <= set(command_of(child)) and "deliveries" not in command_of(child)
    )
    url = broker_of(product)

    with redis.Redis.from_url(url) as client:
        client.replicaof("127.0.0.1", "1")
        wait_for(lambda: components(product)["broker"] == "read_only")
        sync_id = start_in_seconds(product)
        assert [get(product, f"{BASE}?limit=1&offset={offset}").status for offset in range(4)] == [200] * 4
        client.replicaof("NO", "ONE")
    cancel(product, sync_id)
    wait_for(lambda: components(product)["worker"] == "ok")
    runs_to_its_end(product)

    frozen = process_at(product, url)
    frozen.send_signal(signal.SIGSTOP)
    try:
        sync_id = start_in_seconds(product)
        assert [get(product, f"{BASE}?limit=1&offset={offset}").status for offset in range(4, 8)] == [200] * 4
        assert components(product)["broker"] == "unavailable"
    finally:
        frozen.send_signal(signal.SIGCONT)
    wait_for(lambda: components(product)["worker"] == "ok")
    cancel(product, sync_id)
    wait_for(lambda: product.ask(f"{SYNC}/runs/{sync_id}")["status"] in ("cancelled", "completed"))
    runs_to_its_end(product)

    assert worker.is_running()
    assert "再起動" not in log_path.read_text()[said_before:]
