"""The edges of a key's window: its last millisecond, a limit that was lowered below what was used, a permit that nobody lent."""

from pathlib import Path

import pytest
from django_redis import get_redis_connection
from pytest_django import DjangoCaptureOnCommitCallbacks

from api.front import admission
from api.front.leases import Leases
from api.keys import create_api_key, forget_after_commit, hash_key
from tests.api.front import ask
from tests.api.test_leases import ADDRESS, make_key

PATH = "/api/v1/companies/markets"
pytestmark = pytest.mark.django_db


def test_who_is_above_a_lowered_limit_is_told_when_the_next_request_fits_in(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    key, plain = create_api_key(name="lowered", scopes=["read"], rate_limit_per_hour=5)
    for _ in range(5):
        assert ask(PATH, key=plain).status == 200
    window, redis = f"meigara:window:{hash_key(plain)}", get_redis_connection("state")
    seconds, _ = redis.time()
    # The oldest come last: each ends its hour a minute after the one before it.
    for age in range(5):
        redis.lset(window, -1 - age, (seconds - 3000 + 60 * age) * 1000)

    key.rate_limit_per_hour = 2
    with django_capture_on_commit_callbacks(execute=True):
        key.save()
        forget_after_commit(key)

    refused = ask(PATH, key=plain)
    # Four of the five have to be over, so that one is left and another makes two.
    assert (refused.status, refused.headers["x-ratelimit-reset"]) == (429, str(seconds + 600 + 180))


def test_a_request_counts_for_an_hour_and_not_a_millisecond_more() -> None:
    script = Path(admission.__file__).with_name("window.lua").read_text()
    script += "return open_window(KEYS[1], KEYS[2], tonumber(ARGV[1]), 3600000).used"
    redis, began = get_redis_connection("state"), 1_700_000_000_000
    redis.delete("window", "window:sums")
    redis.rpush("window", began)

    def used_at(moment: int) -> int:
        return int(redis.eval(script, 2, "window", "window:sums", moment))

    assert [used_at(began + 3_600_000 - 1), used_at(began + 3_600_000)] == [1, 0]


def test_the_permit_of_the_request_that_asked_is_not_put_back() -> None:
    """Redis counts it as used, and where it was for one request alone there is nothing else to give."""
    key_hash, process = make_key(), Leases()
    process.ask(key_hash, ADDRESS)

    process.put_back(key_hash)

    assert process.take(key_hash) is None
