"""What the server's loop answers without a thread is what a thread would have answered, and nothing else is answered so."""

import time
from datetime import date
from typing import Any

import pytest

from api.front.process_cache import process_cache
from api.generations import publish_and_wait
from api.keys import create_api_key
from bench.lists import make_list
from companies.ledger.snapshots import apply_snapshot
from config.wsgi import answer_at_once
from masters.models import Market
from tests.api.front import Answer, ask, environ_of

pytestmark = pytest.mark.django_db
PATH = "/api/v1/companies?limit=2"
OF_EACH = {"x-request-id", "x-ratelimit-remaining", "x-ratelimit-reset", "ratelimit"}


@pytest.fixture
def key(two_lists: None) -> str:
    publish_and_wait()
    process_cache.clear()
    return create_api_key(name="reader", scopes=["read"], rate_limit_per_hour=10_000_000)[1]


def at_once(path: str, **options: Any) -> Answer | None:
    told = answer_at_once(environ_of(path, **options))
    if told is None:
        return None
    status, headers, body = told
    return Answer(status, {name.lower(): value for name, value in headers}, body)


def soon_at_once(path: str, **options: Any) -> tuple[Answer, Answer]:
    """A thread's answer and the loop's, which has one where a permit is at hand."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        by_thread = [ask(path, **options) for _ in range(4)][-1]
        if (found := at_once(path, **options)) is not None:
            return by_thread, found
    raise AssertionError(path)


def told(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    return answer.status, {name: value for name, value in answer.headers.items() if name not in OF_EACH}, answer.body


@pytest.mark.parametrize(
    "path", [PATH, "/api/v1/companies/7203", "/api/v1/companies/search?q=7203", "/api/v1/companies/sectors"]
)
@pytest.mark.parametrize(
    "headers",
    [{}, {"accept_encoding": "gzip"}, {"if_none_match": "*"}, {"method": "HEAD"}, {"origin": "https://example.com"}, {"accept_language": "en"}],
)  # fmt: skip
def test_both_answer_the_same(key: str, path: str, headers: dict[str, str]) -> None:
    by_thread, by_loop = soon_at_once(path, key=key, **headers)

    assert told(by_loop) == told(by_thread)
    assert by_loop.headers.keys() >= OF_EACH
    assert int(by_loop.headers["x-ratelimit-remaining"]) < int(by_thread.headers["x-ratelimit-remaining"])


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (PATH, {"cache_control": "no-cache"}), (PATH, {"method": "POST"}), ("/api/v1/companies?limit=3", {}),
        (f"{PATH}&state=1.1", {}), ("/api/v1/companies?limt=2", {}), ("/api/nothing", {}), ("/admin/", {}),
    ],
)  # fmt: skip
def test_what_is_not_at_hand_is_left_to_a_thread_and_costs_no_permit(
    key: str, path: str, headers: dict[str, str]
) -> None:
    soon_at_once(PATH, key=key)

    assert at_once(path, key=key, **headers) is None
    before, after = soon_at_once(PATH, key=key)
    assert int(before.headers["x-ratelimit-remaining"]) - int(after.headers["x-ratelimit-remaining"]) == 1


def test_nobody_without_a_permit_at_hand_is_answered(key: str) -> None:
    soon_at_once(PATH, key=key)
    other = create_api_key(name="other", scopes=["read"])[1]

    assert at_once(PATH) is None
    assert at_once(PATH, key=other) is None
    assert at_once(PATH, key=key[:-1]) is None


def test_of_another_generation_nothing_is_answered(key: str) -> None:
    _, before = soon_at_once(PATH, key=key)
    Market.objects.filter(code="0111").update(name="別の名前")
    publish_and_wait()

    _, after = soon_at_once(PATH, key=key)

    assert "別の名前" not in before.body.decode()
    assert "別の名前" in after.body.decode()


def test_what_is_held_of_another_generation_than_the_lease_is_not_sent(key: str) -> None:
    other = "/api/v1/companies/sectors"
    soon_at_once(PATH, key=key)
    soon_at_once(other, key=key)
    Market.objects.filter(code="0111").update(name="別の名前")
    publish_and_wait()

    # A question for something else brings what is published now; a permit was at hand when the first was asked again.
    deadline, after = time.monotonic() + 60, None
    while after is None:
        assert time.monotonic() < deadline
        soon_at_once(other, key=key)
        found, after = at_once(PATH, key=key), at_once(other, key=key)

    assert found is None


def test_a_large_answer_is_left_to_a_thread_which_looks_after_slow_readers(key: str) -> None:
    apply_snapshot(date(2024, 4, 30), make_list(300), "jpx", force=True)
    publish_and_wait()
    large = "/api/v1/companies?limit=300"
    for _ in range(3):
        assert len(ask(large, key=key).body) > 128 * 1024

    deadline = time.monotonic() + 60
    small: tuple[Answer | None, Answer | None] = (None, None)
    while None in small:  # until a permit was at hand before and after
        assert time.monotonic() < deadline
        soon_at_once(PATH, key=key)
        before, found, after = (at_once(path, key=key) for path in (PATH, large, PATH))
        small = (before, after)

    assert found is None
