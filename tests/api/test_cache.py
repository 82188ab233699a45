"""Answers from the cache: the same bytes, never old ones."""

import gzip
import threading
import time
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_redis import get_redis_connection
from prometheus_client import REGISTRY
from pytest_django import DjangoAssertNumQueries

from api.front.incoming_request import find_stage
from api.front.kept_answers import LONGEST_WAIT_SECONDS, give_up
from api.front.stages import ToBuild
from api.generations import Generations, publish_and_wait
from api.keys import create_api_key
from api.models import DataGeneration
from tests.api.front import ask, environ_of, kept_answers

BASE = "/api/v1/companies"
CACHED = [
    BASE, f"{BASE}?limit=2&offset=1", f"{BASE}?as_of=2024-02-29", f"{BASE}/7203", f"{BASE}/7203?as_of=2024-02-29",
    f"{BASE}/search?q=toyota", f"{BASE}/markets", f"{BASE}/sectors", f"{BASE}/sectors?type=17", f"{BASE}/7203/history",
    f"{BASE}/events", f"{BASE}/changes?from=2024-02-29&to=2024-03-29", f"{BASE}/sync/status", f"{BASE}/sync/runs",
    "/api/v1/calendar", "/api/v1/calendar?from=2024-03-01&to=2024-03-31",
]  # fmt: skip


@pytest.fixture
def key(two_lists: None) -> str:
    """A key that has been used before."""
    _, plain = create_api_key(name="reader", scopes=["read"], rate_limit_per_hour=100_000)
    assert ask(f"{BASE}/markets", key=plain).status == 200
    return plain


def count(name: str, cache_type: str) -> float:
    return REGISTRY.get_sample_value(name, {"cache_type": cache_type}) or 0.0


@pytest.mark.parametrize("path", CACHED)
def test_the_second_answer_is_the_first_and_asks_the_database_nothing(
    key: str, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = ask(path, key=key)
    with django_assert_num_queries(0):
        second = ask(path, key=key)

    assert (first.status, second.status) == (200, 200)
    assert second.body == first.body
    assert second.headers["etag"] == first.headers["etag"]
    assert {"link", "content-type", "vary", "x-content-type-options"} & first.headers.keys() == {
        "link", "content-type", "vary", "x-content-type-options",
    } & second.headers.keys()  # fmt: skip
    assert second.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("path", CACHED)
def test_who_has_the_answer_already_gets_no_body(key: str, path: str) -> None:
    etag = ask(path, key=key).headers["etag"]

    for given in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        again = ask(path, key=key, if_none_match=given)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    assert ask(path, key=key, if_none_match='"other"').status == 200


def test_logical_keys_are_those_of_the_contract(key: str) -> None:
    for path in [*CACHED, *CACHED]:  # what is made from memory is kept when it is asked for again
        ask(path, key=key)

    found = {name.split(":", 3)[3] for name in kept_answers()}

    assert {"company:code:7203", "masters:markets", "masters:sectors:17", "masters:sectors:33", "sync:status"} <= found
    for start in ("companies:list:", "companies:search:", f"sync:history:{date.today()}"):  # noqa: DTZ011 Japan's, as the tests' machine
        assert any(name.startswith(start.partition("20")[0]) for name in found), start


@pytest.mark.parametrize(
    ("path", "seconds"),
    [(BASE, 1800), (f"{BASE}/7203", 3600), (f"{BASE}/search?q=7203", 1800), (f"{BASE}/markets", 86400), (f"{BASE}/sync/status", 300)],
)  # fmt: skip
def test_answers_are_kept_for_their_time(key: str, path: str, seconds: int) -> None:
    for family in Generations._fields:
        DataGeneration.objects.update_or_create(family=family, defaults={"number": time.time_ns() // 1000})
    publish_and_wait()
    redis = get_redis_connection("default")
    before = kept_answers()

    ask(path, key=key)

    (name,) = kept_answers() - before
    assert seconds - 5 <= redis.ttl(name) <= seconds


def test_the_order_of_parameters_makes_no_difference(key: str) -> None:
    ask(f"{BASE}?limit=2&market_code=0111", key=key)
    hits = count("cache_hits_total", "companies_list")

    ask(f"{BASE}?market_code=0111&limit=2", key=key)

    assert count("cache_hits_total", "companies_list") == hits + 1


def test_a_caller_who_understands_gzip_gets_it_where_it_pays(key: str) -> None:
    path = f"{BASE}/sectors"
    plain = ask(path, key=key)
    packed = [ask(path, key=key, accept_encoding="br, gzip;q=0.8") for _ in range(2)]

    assert [answer.headers["content-encoding"] for answer in packed] == ["gzip", "gzip"]
    assert [gzip.decompress(answer.body) for answer in packed] == [plain.body, plain.body]
    assert len(packed[0].body) < len(plain.body) / 3
    assert packed[0].headers["etag"] != plain.headers["etag"]
    assert ask(path, key=key, accept_encoding="gzip", if_none_match=packed[0].headers["etag"]).status == 304
    assert "content-encoding" not in ask(path, key=key, accept_encoding="gzip;q=0").headers
    assert "content-encoding" not in ask(f"{BASE}/7203", key=key, accept_encoding="gzip").headers


def test_errors_are_not_kept_and_hold_nobody_up(key: str) -> None:
    for _ in range(2):
        wrong = ask(f"{BASE}?limt=1", key=key)
        missing = ask(f"{BASE}/9999", key=key)
        assert (wrong.status, missing.status) == (400, 404)
        assert {wrong.headers["cache-control"], missing.headers["cache-control"]} == {"no-store"}
        assert "etag" not in wrong.headers


def test_after_an_error_the_next_caller_builds_and_does_not_wait(key: str) -> None:
    path = f"{BASE}?limt=1"
    assert ask(path, key=key).status == 400

    stage = find_stage(environ_of(path, key=key))

    assert isinstance(stage, ToBuild)
    give_up(stage)


def test_an_answer_names_everything_that_it_depends_on(key: str) -> None:
    for path in (f"{BASE}/markets", f"{BASE}/markets", f"{BASE}?limt=1", f"{BASE}/export?format=csv"):
        assert (
            ask(path, key=key).headers["vary"]
            == "Accept, Accept-Encoding, Accept-Language, Origin, X-API-Key, Authorization, Cookie"
        )


def ask_by_many(path: str, key: str, *, many: int = 20) -> tuple[list[bytes], float]:
    """Their answers to one question at the same moment, and the seconds that it took."""
    answers: list[bytes] = []
    start = threading.Barrier(many + 1)

    def one() -> None:
        start.wait()
        answers.append(ask(path, key=key).body)

    threads = [threading.Thread(target=one) for _ in range(many)]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.monotonic()
    for thread in threads:
        thread.join()
    return answers, time.monotonic() - began


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_many_who_ask_at_once_one_builds_and_all_get_it(two_lists: None) -> None:
    _, plain = create_api_key(name="crowd", scopes=["read"], rate_limit_per_hour=100_000)
    ask(f"{BASE}/markets", key=plain)
    for day in range(1, 11):
        misses, hits = count("cache_misses_total", "companies_list"), count("cache_hits_total", "companies_list")
        answers, seconds = ask_by_many(f"{BASE}?as_of=2024-03-{day:02}", plain)

        assert len(answers) == 20
        assert len(set(answers)) == 1
        # Longer than that nobody waits for another: on a busy machine they are asked again.
        if seconds < LONGEST_WAIT_SECONDS:
            break
    assert count("cache_misses_total", "companies_list") == misses + 1
    assert count("cache_hits_total", "companies_list") == hits + 19


def test_progress_of_a_running_sync_is_kept_for_nobody(key: str, source: Any) -> None:
    from syncjobs.runs import start_listing_run  # noqa: PLC0415

    ask(f"{BASE}/sync/status", key=key)
    run = start_listing_run(source, requested_by="test")
    publish_and_wait()

    for path in (f"{BASE}/sync/status", f"{BASE}/sync/runs"):
        for _ in range(2):
            answer = ask(path, key=key)
            assert str(run.pk) in answer.body.decode()
            assert answer.headers["cache-control"] == "no-store"


def test_the_session_of_staff_is_answered_by_django_and_kept_for_nobody(two_lists: None) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("staff"))

    entries = get_redis_connection("default").dbsize()

    answer = ask(BASE, cookie=f"sessionid={client.cookies['sessionid'].value}")

    assert answer.status == 200
    assert "x-ratelimit-limit" not in answer.headers
    assert get_redis_connection("default").dbsize() == entries
