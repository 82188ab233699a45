"""An answer does not depend on who makes it: Django with the cache away, Django for all, the cache, the process itself."""

import gzip
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from pytest_django import Settings

from api.endpoints.negotiation import accepts_json
from api.keys import create_api_key
from tests.api.front import Answer, ask, dated, forget_kept_answers

BASE = "/api/v1/companies"
ORIGIN = "https://screen.example"
PATHS = [
    BASE, f"{BASE}?limit=1&offset=1", f"{BASE}?market_code=0111&limit=1&market_code=0112", f"{BASE}?as_of=2024-02-29",
    f"{BASE}?limit=0", f"{BASE}?limt=1", f"{BASE}?include=quote",
    f"{BASE}/7203", f"{BASE}/9999", f"{BASE}/search?q=toyota", f"{BASE}/search?q=", f"{BASE}/markets", f"{BASE}/sectors", f"{BASE}/events",
    f"{BASE}/7203/history", f"{BASE}/changes?from=2024-02-29&to=2024-03-29", f"{BASE}/sync/status", f"{BASE}/sync/runs",
    f"{BASE}/export?format=csv", f"{BASE}/nothing/at/all", "/api/v1/datasources",
]  # fmt: skip
WAYS: list[dict[str, str]] = [
    {},
    {"method": "HEAD"},
    {"accept_encoding": "gzip"},
    {"method": "HEAD", "accept_encoding": "gzip"},
    {"accept": "text/html"},
    {"accept": "application/json;q=0"},
    {"accept": "application/json; indent=4"},
    {"accept_language": "en"},
    {"accept_language": "fr, en;q=0.5, ja;q=0.1"},
    {"accept_language": "en;q=0.1, ja;q=0.9"},
    {"origin": ORIGIN},
    {"origin": "https://other.example"},
    {"cookie": "django_language=en"},
    {"if_none_match": "*"},
    {"if_none_match": '"other"', "accept_encoding": "gzip"},
    {"method": "OPTIONS"},
    {"method": "DELETE"},
]
#: Of the single request, or of the count that is kept in the cache.
OF_THE_REQUEST = {
    "x-request-id",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "ratelimit",
    "ratelimit-policy",
}


@pytest.fixture
def allowed_origin(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]


def answers_of(key: str) -> Iterator[Answer]:
    for path in PATHS:
        for way in WAYS:
            yield ask(path, key=key, **way)


def told(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body; a file is compressed as its chunks come."""
    headers = {name: value for name, value in answer.headers.items() if name not in OF_THE_REQUEST}
    is_packed_file = "content-length" not in headers and headers.get("content-encoding") == "gzip" and answer.body
    return answer.status, headers, gzip.decompress(answer.body) if is_packed_file else answer.body


def without_the_cache(key: str) -> list[Answer]:
    """Redis is where nobody answers; asked in a thread of its own, whose connections are new."""
    found: list[Answer] = []
    with override_settings(CACHES={alias: {**NOWHERE, "KEY_PREFIX": "meigara"} for alias in ("default", "state")}):
        thread = threading.Thread(target=lambda: found.extend(answers_of(key)))
        thread.start()
        thread.join()
    return found


NOWHERE: dict[str, Any] = {
    "BACKEND": "django_redis.cache.RedisCache", "LOCATION": "redis://127.0.0.1:1/0",
    "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 0.5, "SOCKET_TIMEOUT": 1, "IGNORE_EXCEPTIONS": True},
}  # fmt: skip


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_every_answer_is_the_same_header_by_header_whoever_makes_it(two_lists: None, allowed_origin: None) -> None:
    key = create_api_key(name="reader", scopes=["read"], rate_limit_per_hour=1_000_000)[1]
    until_all_moments_have_come()
    forget_kept_answers()
    away = without_the_cache(key)
    asked = [(path, way) for path in PATHS for way in WAYS]
    assert len(away) == len(asked)
    assert not any("x-ratelimit-limit" in answer.headers for answer in away)
    until_redis_is_asked_again(key)

    for _ in ("built by Django or from memory", "from the cache", "held by the process"):
        for (path, way), reference, answer in zip(asked, away, answers_of(key), strict=True):
            assert told(answer) == told(reference), (path, way)
            assert "x-ratelimit-limit" in answer.headers


def until_all_moments_have_come() -> None:
    """Asked with a key of its own: what Redis says of one is good for a moment without it."""
    key = create_api_key(name="first", scopes=["read"], rate_limit_per_hour=1_000_000)[1]
    for path in PATHS:
        if {"etag", "x-data-state"} <= ask(path, key=key).headers.keys():
            dated(path, key)


def until_redis_is_asked_again(key: str) -> None:
    while "x-ratelimit-limit" not in ask(f"{BASE}/nothing", key=key).headers:
        pass


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_head_says_what_get_says_and_sends_nothing(two_lists: None) -> None:
    key = create_api_key(name="reader", scopes=["read"], rate_limit_per_hour=1_000_000)[1]
    for path in PATHS:
        for encoding in ("", "gzip"):
            head, get = (ask(path, key=key, method=method, accept_encoding=encoding) for method in ("HEAD", "GET"))
            assert (head.status, head.body) == (get.status, b"")
            assert told(head)[1] == told(get)[1], path


@pytest.mark.django_db
def test_a_refusal_by_the_limit_has_the_headers_and_the_language_of_any_other(
    two_lists: None, allowed_origin: None
) -> None:
    key = create_api_key(name="limited", scopes=["read"], rate_limit_per_hour=1)[1]
    other = create_api_key(name="other", scopes=["read"])[1]
    ask(BASE, key=key)
    for way in WAYS:
        if way.get("method") in ("OPTIONS", "DELETE") or "accept" in way:
            continue
        refused, missing = told(ask(BASE, key=key, **way)), told(ask(f"{BASE}/9999", key=other, **way))
        assert refused[0] == 429
        del refused[1]["retry-after"]
        for headers in (refused[1], missing[1]):
            del headers["content-length"]
            headers.pop("allow", None)
        assert refused[1] == missing[1], way


@pytest.mark.parametrize(
    ("header", "is_accepted"),
    [
        ("", True), ("*/*", True), ("*", True), ("application/json", True), ("Application/JSON", True), ("application/*", True),
        ("application/json; charset=utf-8", True), ("text/html, application/json;q=0.1", True), ("text/html", False),
        ("text/html, */*;q=0.1", True), ("application/json;q=0", False), ("application/json;q=0, */*", False), ("*/*;q=0", False),
        ("application/*;q=0, application/json", True), ("text/*", False), ("nonsense", False), (", ,", True),
    ],
)  # fmt: skip
def test_json_is_sent_to_who_takes_it(header: str, is_accepted: bool) -> None:
    assert accepts_json(header) is is_accepted
