"""What readers see of the API while Redis or PostgreSQL is away."""

import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from api.front.redis_guard import PAUSE_SECONDS
from tests.local.product import Product, stop_database, stop_redis
from tests.local.stack import wait_for

BASE = "/api/v1/companies"
WARM = [
    BASE, f"{BASE}?market_code=0111&limit=5", f"{BASE}/7203", f"{BASE}/search?q=%E3%83%88%E3%83%A8%E3%82%BF", f"{BASE}/markets",
    f"{BASE}/sectors", f"{BASE}/events", f"{BASE}/7203/history", f"{BASE}/changes?from=2024-02-29&to=2024-03-29",
    f"{BASE}/sync/status",
]  # fmt: skip
COLD = [f"{BASE}/events?limit=7", f"{BASE}?as_of=2024-03-05&limit=3", f"{BASE}/1301/history", "/api/v1/datasources"]


@dataclass(frozen=True)
class Answer:
    """What came back, read."""

    status: int
    headers: dict[str, str]
    body: Any


def get(product: Product, path: str) -> Answer:
    """Whatever comes back; nothing may take longer than a client waits."""
    request = urllib.request.Request(product.base_url + path, headers={"X-API-Key": product.api_key})
    try:
        answer = urllib.request.urlopen(request, timeout=10)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return Answer(answer.status, {n.lower(): v for n, v in answer.headers.items()}, json.load(answer))


def is_counted(product: Product, path: str) -> bool:
    return "x-ratelimit-limit" in get(product, path).headers


def statuses(product: Product, paths: list[str]) -> set[int]:
    return {get(product, path).status for path in paths}


def test_readers_outlive_an_outage_of_either(product: Product) -> None:
    before = {path: get(product, path).body for path in WARM}

    start_redis = stop_redis(product)
    for path in [*WARM, *COLD]:
        without_cache = get(product, path)
        assert (without_cache.status, without_cache.body) == (200, before.get(path, without_cache.body)), path
        assert "x-ratelimit-limit" not in without_cache.headers
    assert get(product, f"{BASE}/0000").status == 404
    start_redis()
    # Every process leaves Redis alone for a moment after it failed: so many requests in a row reach each of them.
    wait_for(lambda: all(is_counted(product, path) for path in WARM * 3), timeout_seconds=20)
    # The connection to its answers may fail for the first time only now; what is made meanwhile is kept for nobody.
    for _ in range(2):
        time.sleep(PAUSE_SECONDS)
        assert statuses(product, WARM * 3) == {200}
    assert {path: get(product, path).body for path in WARM} == before

    start_database = stop_database(product)
    for path in WARM:
        without_database = get(product, path)
        assert (without_database.status, without_database.body) == (200, before[path]), path
    for path in [
        "/api/v1/snapshots?limit=8",
        f"{BASE}/changes?from=2024-02-29&to=2024-03-29&limit=2",
        f"{BASE}/1332/history",
    ]:
        refused = get(product, path)
        assert (refused.status, refused.body["error"]["code"]) == (503, "SERVICE_UNAVAILABLE"), path
        assert refused.headers["cache-control"] == "no-store"
    start_database()
    wait_for(lambda: statuses(product, COLD) == {200}, timeout_seconds=30)
