"""The plan's limit, on a real Redis, across threads as across processes."""

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from datasources.errors import SourceError
from datasources.models import DataSource
from datasources.rate_limit import wait_for_turn
from datasources.waiting import never_cancelled

pytestmark = pytest.mark.django_db


class Waited(Exception):
    """The limiter would wait."""


def refuse_to_wait() -> None:
    raise Waited


def test_as_many_requests_as_the_plan_allows_and_not_one_more(source: DataSource) -> None:
    source.plan = "free"

    for _ in range(5):
        wait_for_turn(source, refuse_to_wait)
    with pytest.raises(Waited):
        wait_for_turn(source, refuse_to_wait)


def test_each_source_has_its_own_count(source: DataSource) -> None:
    source.plan = "free"
    other = DataSource.objects.create(name="other", plan="free")
    for _ in range(5):
        wait_for_turn(source, refuse_to_wait)

    wait_for_turn(other, refuse_to_wait)


def test_without_a_limit_nobody_waits(source: DataSource) -> None:
    for _ in range(600):
        wait_for_turn(source, refuse_to_wait)


@pytest.mark.parametrize("patience_seconds", [0.6, 0.0])
def test_without_the_count_nothing_is_sent(patience_seconds: float, source: DataSource, settings: Settings) -> None:
    source.plan = "free"
    settings.CACHES = {
        alias: {**cache, "LOCATION": "redis://127.0.0.1:1/0"} for alias, cache in django_settings.CACHES.items()
    }

    with pytest.raises(SourceError) as caught:
        wait_for_turn(source, never_cancelled, patience_seconds=patience_seconds)

    assert caught.value.code == "RATE_LIMIT_STORE_UNAVAILABLE"
    assert caught.value.is_retryable
