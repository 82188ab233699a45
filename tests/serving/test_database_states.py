"""A database without a connection left is told from one that is away, and neither needs anything restarted."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django_redis import get_redis_connection

from api.front.lease_time import LEASE_SECONDS
from api.keys import create_api_key
from api.models import ApiKey
from tests.local.stack import wait_for
from tests.server import Server, serve
from tests.serving.sockets import exchange, head
from tests.serving.visitor import ROLE, command, end_connections

BASE, SNAPSHOTS = "/api/v1/companies", "/api/v1/snapshots"
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def ask(two_lists: None, visitor_url: str, tmp_path: Path) -> Iterator[Callable[[str], tuple[int, str]]]:
    """Status, and the state of the database or the code of the error."""
    _, key = create_api_key(name="reader", scopes=["read"])
    with serve(tmp_path, workers=1, DATABASE_URL=visitor_url, LOG_LEVEL="INFO", LOG_FORMAT="json") as server:
        yield lambda path: _ask(server, path, key)


def _ask(server: Server, path: str, key: str) -> tuple[int, str]:
    answer = exchange(server, head("GET", path, X_API_Key=key))
    told = answer.json()
    return answer.status, told["components"]["database"] if path == "/readyz" else told.get("error", {}).get("code", "")


@pytest.mark.parametrize(
    ("kept_out", "let_in", "state"),
    [("CONNECTION LIMIT 0", "CONNECTION LIMIT -1", "no_connections"), ("NOLOGIN", "LOGIN", "unavailable")],
)
def test_what_keeps_a_web_process_out_is_named_and_it_comes_back_by_itself(
    ask: Callable[[str], tuple[int, str]], kept_out: str, let_in: str, state: str
) -> None:
    assert ask("/readyz")[1] == "ok"
    assert ask(f"{SNAPSHOTS}?limit=1") == (200, "")

    command(f"ALTER ROLE {ROLE} {kept_out}")
    end_connections()

    wait_for(lambda: ask("/readyz") == (503, state), timeout_seconds=20)
    assert ask(f"{SNAPSHOTS}?limit=2") == (503, "SERVICE_UNAVAILABLE")
    assert ask("/readyz") == (503, state)

    command(f"ALTER ROLE {ROLE} {let_in}")
    wait_for(lambda: ask("/readyz")[1] == "ok")
    wait_for(lambda: ask(f"{SNAPSHOTS}?limit=3") == (200, ""))


def test_a_key_that_cannot_be_confirmed_gets_what_is_kept_and_is_refused_the_rest_without_asking_once_more(
    ask: Callable[[str], tuple[int, str]], tmp_path: Path
) -> None:
    kept, unkept = f"{BASE}?limit=2", f"{SNAPSHOTS}?limit=2"
    assert [ask(kept), ask(kept)] == [(200, "")] * 2
    command(f"ALTER ROLE {ROLE} NOLOGIN")
    end_connections()
    [known_key] = get_redis_connection("state").keys(f"*:key:{ApiKey.objects.get().key_hash}")
    get_redis_connection("state").hset(known_key, "checked_at", 0)
    time.sleep(LEASE_SECONDS)  # what is known of the key is asked anew

    assert ask(unkept) == (503, "SERVICE_UNAVAILABLE")
    # Who asks next need not wait for an answer that is not being made.
    assert get_redis_connection("default").keys("*:building") == []
    assert ask(kept) == (200, "")

    lines = (tmp_path / "web.log").read_text().splitlines()
    told = [json.loads(line) for line in lines if '"api_request"' in line]
    assert [(line["status"], line["answered_by"]) for line in told[2:]] == [(503, "front"), (200, "front")]
    command(f"ALTER ROLE {ROLE} LOGIN")
