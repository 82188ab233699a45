"""What one reader can do to Redis: the cache makes room, the queue is not touched, and the limit holds whatever is full."""

import secrets
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
import redis
from django.core.cache import caches
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from api.front import answer_store
from api.front.answer_store import StoredAnswer, drop_old_answers, find_answer, store_answer
from api.front.redis_connection import answers_redis, state_redis
from api.generations import publish_generations
from api.keys import create_api_key
from bench.lists import make_list
from companies.ledger.snapshots import apply_snapshot
from local.places import find_valkey
from operations.health import State, redis_state
from tests.api.front import ask
from tests.factories import make_issue
from tests.ports import free_port

BASE = "/api/v1/companies"


@contextmanager
def server_of(directory: Path, *lines: str) -> Iterator[str]:
    """A Valkey of the test's own; its URL."""
    port, password = free_port(), secrets.token_hex(8)
    process = subprocess.Popen([find_valkey(), "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert process.stdin is not None
    process.stdin.write("\n".join([f"port {port}", "bind 127.0.0.1", f"requirepass {password}", 'save ""', *lines, ""]))
    process.stdin.close()
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    try:
        deadline = time.monotonic() + 30
        while redis_state(url) == State.UNAVAILABLE and time.monotonic() < deadline:
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def use(settings: Settings) -> Iterator[Callable[..., None]]:
    """Point the cache and the state somewhere else, with connections made anew."""

    def point(**urls: str) -> None:
        settings.CACHES = {
            **settings.CACHES, **{alias: {**settings.CACHES[alias], "LOCATION": url} for alias, url in urls.items()}
        }  # fmt: skip
        forget_connections()

    def forget_connections() -> None:
        for alias in ("default", "state"):
            if hasattr(caches._connections, alias):  # type: ignore[attr-defined] # of this thread
                delattr(caches._connections, alias)  # type: ignore[attr-defined]
        for server in (state_redis, answers_redis):
            server._disconnect()
            server._connection = None

    yield point
    forget_connections()


@pytest.mark.django_db
def test_one_key_cannot_fill_anything_with_a_thousand_pages(tmp_path: Path, use: Callable[..., None]) -> None:
    apply_snapshot(date(2026, 11, 20), make_list(1_200), "jquants")
    key = create_api_key(name="greedy", scopes=["read"], rate_limit_per_hour=150)[1]
    with (
        server_of(tmp_path, "maxmemory 8mb", "maxmemory-policy allkeys-lru") as cache,
        server_of(tmp_path, "maxmemory 8mb", "maxmemory-policy noeviction") as queue,
    ):
        use(default=cache, state=queue)
        publish_generations()

        # What was quick to make gets to Redis when it is asked for a second time.
        statuses = Counter(ask(f"{BASE}?limit=1000&offset={turn // 2}", key=key).status for turn in range(160))

        # 75 pages of half a megabyte through 8 MB, and not one request more than allowed.
        assert statuses == {200: 150, 429: 10}
        with redis.Redis.from_url(queue) as client:
            assert client.info("memory")["used_memory"] < 4 * 1024 * 1024
            assert client.lpush("celery", "a message") == 1
            assert client.keys("meigara:answer:*") == []
        with redis.Redis.from_url(cache) as client:
            assert client.info("stats")["evicted_keys"] > 0
        assert (redis_state(cache), redis_state(queue)) == (State.OK, State.OK)


@pytest.mark.django_db
def test_a_redis_without_memory_lets_no_request_through_uncounted(tmp_path: Path, use: Callable[..., None]) -> None:
    key = create_api_key(name="reader", scopes=["read"], rate_limit_per_hour=5)[1]
    with server_of(tmp_path, "maxmemory-policy noeviction") as url, redis.Redis.from_url(url) as client:
        use(state=url)
        assert [ask(f"{BASE}/markets", key=key).status for _ in range(2)] == [200, 200]
        client.config_set("maxmemory", "1mb")
        assert redis_state(url) == State.FULL

        refused = [ask(f"{BASE}/markets", key=key) for _ in range(10)]
        client.config_set("maxmemory", "0")
        after = [ask(f"{BASE}/markets", key=key).status for _ in range(5)]

    assert {answer.status for answer in refused} == {503}
    assert refused[0].json()["error"]["code"] == "SERVICE_UNAVAILABLE"
    # What was refused had not been counted; in all there were five.
    assert after == [200, 200, 200, 429, 429]


def test_the_answers_of_a_family_are_bounded_and_the_oldest_make_room(tmp_path: Path, use: Callable[..., None]) -> None:
    with server_of(tmp_path) as url, redis.Redis.from_url(url) as client:
        use(default=url)
        for number in range(40):
            store_answer(
                "companies", f"{answer_store.PREFIX}1.1:page:{number}", make(10_000), 600, max_family_bytes=100_000
            )
        store_answer("companies", f"{answer_store.PREFIX}1.1:huge", make(answer_store.MAX_ENTRY_BYTES + 1), 600)
        kept = [number for number in range(40) if find_answer(f"{answer_store.PREFIX}1.1:page:{number}")[0]]

        assert kept == list(range(31, 40))
        assert find_answer(f"{answer_store.PREFIX}1.1:huge")[0] is None
        assert int(client.get("meigara:answers:companies:1.1:bytes") or 0) <= 100_000


def make(size: int) -> StoredAnswer:
    return StoredAnswer("etag", "", b"x" * size, b"")


def test_the_answers_of_an_old_generation_go_with_it(tmp_path: Path, use: Callable[..., None]) -> None:
    with server_of(tmp_path) as url, redis.Redis.from_url(url) as client:
        use(default=url)
        for generation in ("1.1", "2.1"):
            for number in range(1_200):
                store_answer("companies", f"{answer_store.PREFIX}{generation}:page:{number}", make(100), 600)
        store_answer("masters", f"{answer_store.PREFIX}1:masters:markets", make(100), 600)
        assert find_answer(f"{answer_store.PREFIX}1:masters:markets")[0] is not None

        drop_old_answers("companies", "2.1")

        assert len(client.keys("meigara:answer:1.1:*")) == 0
        assert len(client.keys("meigara:answer:2.1:*")) == 1_200
        assert len(client.keys("meigara:answer:1:*")) == 1
        assert sorted(client.keys("meigara:answers:companies*")) == [
            b"meigara:answers:companies", b"meigara:answers:companies:2.1", b"meigara:answers:companies:2.1:bytes",
        ]  # fmt: skip


@pytest.mark.django_db
def test_publishing_a_list_drops_what_was_kept_before_it(
    two_lists: None, tmp_path: Path, use: Callable[..., None],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    key = create_api_key(name="reader", scopes=["read"])[1]
    with server_of(tmp_path) as url, redis.Redis.from_url(url) as client:
        use(default=url)
        publish_generations()
        for offset in (0, 0, 1, 1, 2, 2, 3, 3):  # what is made at hand is kept when it is asked for again
            ask(f"{BASE}?limit=1&offset={offset}", key=key)
        before = set(client.keys("meigara:answer:*companies:list*"))
        with django_capture_on_commit_callbacks(execute=True):
            apply_snapshot(date(2024, 4, 30), [make_issue("7201")], "jpx", force=True)

        assert len(before) == 4
        assert before & set(client.keys("meigara:answer:*")) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("which", ["cache", "queue"])
def test_readers_go_on_where_either_is_demoted_or_gone(
    two_lists: None, tmp_path: Path, use: Callable[..., None], which: str
) -> None:
    key = create_api_key(name="reader", scopes=["read"])[1]
    with server_of(tmp_path) as url, redis.Redis.from_url(url) as client:
        use(**{"default" if which == "cache" else "state": url})
        assert ask(f"{BASE}/7203", key=key).status == 200
        client.replicaof("127.0.0.1", "1")

        assert redis_state(url) == State.READ_ONLY
        assert [ask(f"{BASE}?limit={limit}", key=key).status for limit in (1, 2, 3)] == [200, 200, 200]
    assert ask(f"{BASE}?limit=4", key=key).status == 200


def test_a_server_that_takes_no_more_connections_is_named(tmp_path: Path) -> None:
    with server_of(tmp_path) as url:
        with redis.Redis.from_url(url) as client:
            client.config_set("maxclients", 1)
            assert redis_state(url) == State.NO_CONNECTIONS
        assert redis_state("redis://127.0.0.1:1/0") == State.UNAVAILABLE
