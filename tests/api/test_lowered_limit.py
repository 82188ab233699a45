"""A limit that was lowered below what a caller has used already."""

import pytest
from django_redis import get_redis_connection
from pytest_django import DjangoCaptureOnCommitCallbacks

from api.keys import create_api_key, forget_after_commit, hash_key
from tests.api.front import ask

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
