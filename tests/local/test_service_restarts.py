"""Redis and PostgreSQL restarted below a running product, in the middle of a sync."""

import time
from collections.abc import Callable
from typing import Any

from tests.fakes.jquants import FakeJquants
from tests.local.product import Product, stop_database, stop_redis
from tests.local.stack import wait_for


def run_through(
    product: Product, stop: Callable[[Product], Callable[[], None]], jquants: FakeJquants
) -> dict[str, Any]:
    """Start a sync, restart a service while it fetches, and wait for its end."""
    asked = len(jquants.requests)
    started = product.ask("/api/v1/companies/sync", {"force_update": True})
    wait_for(lambda: len(jquants.requests) > asked + 1)
    stop(product)()
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
    sources = {s["provider"]: s["has_credentials"] for s in product.ask("/api/v1/datasources")["datasources"]}
    assert sources == {"jquants": True, "yahoo": False, "edinet": False, "jpx": False}

    for stop in (stop_redis, stop_database):
        run = run_through(product, stop, jquants)
        assert (run["status"], run["total_companies"]) == ("completed", 40), run
        following = ended(product, product.ask("/api/v1/companies/sync", {})["sync_id"])
        assert (following["status"], following["unchanged_companies"]) == ("completed", 40)
    assert product.process.poll() is None
