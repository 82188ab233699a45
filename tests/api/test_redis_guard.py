"""A Redis that fails costs one request its time-out, and those of the next second nothing."""

import time

import pytest
import redis
from prometheus_client import REGISTRY

from api.front import redis_guard
from api.front.incoming_request import find_stage
from api.front.redis_guard import RedisGuard, state_guard
from api.front.stages import PassOn
from api.keys import create_api_key
from tests.api.front import environ_of

pytestmark = pytest.mark.django_db


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_what_fails_is_done_without_and_the_server_left_alone_for_a_second() -> None:
    guard, before, found = RedisGuard(), counted("cache_failures_total", during="find"), None

    began = time.monotonic()
    with guard.during("find"):
        raise redis.ConnectionError
    ended = time.monotonic()
    with guard.during("find"):
        found = "what an answer would be"

    assert found is not None
    assert began + redis_guard.PAUSE_SECONDS <= guard.paused_until <= ended + redis_guard.PAUSE_SECONDS
    assert counted("cache_failures_total", during="find") == before + 1


def test_faults_of_others_are_not_taken_for_those_of_redis() -> None:
    guard = RedisGuard()

    with pytest.raises(ZeroDivisionError), guard.during("find"):
        raise ZeroDivisionError

    assert not guard.is_paused


def test_while_it_is_left_alone_requests_pass_on_to_django_uncounted_and_that_is_counted() -> None:
    key, before = create_api_key(name="test", scopes=["read"])[1], counted("rate_limit_failed_open_total")
    asked = environ_of("/api/v1/companies", key=key)
    state_guard.paused_until = time.monotonic() + 3600

    stage = find_stage(asked)

    assert isinstance(stage, PassOn)
    assert stage.admission is None
    assert counted("rate_limit_failed_open_total") == before + 1
