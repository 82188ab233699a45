"""What a run waits for, as others see it while it waits."""

from contextlib import suppress
from dataclasses import replace

import pytest
from pytest_django import Settings

from datasources.errors import SourceError
from datasources.jquants.client import open_client
from datasources.models import DataSource
from datasources.rate_limit import wait_for_turn
from datasources.waits import TURN, Wait, find_wait, telling_wait
from tests.fakes.jquants import FakeJquants

pytestmark = pytest.mark.django_db


class Waited(Exception):
    """Somebody waits, and was looked at."""


def test_a_wait_is_seen_while_it_goes_on_and_not_after(source: DataSource) -> None:
    with telling_wait(source, 42.0, code="TIMEOUT", message="応答がありません。"):
        wait = find_wait(source)
        assert wait is not None
        assert (wait.code, wait.message) == ("TIMEOUT", "応答がありません。")
        assert 40 < wait.seconds <= 42

    assert find_wait(source) is None


def test_nor_after_one_that_was_broken_off(source: DataSource) -> None:
    with suppress(Waited), telling_wait(source, 42.0, code=TURN):
        raise Waited

    assert find_wait(source) is None


def test_a_moment_is_not_told(source: DataSource) -> None:
    with telling_wait(source, 1.9, code=TURN):
        assert find_wait(source) is None


def test_each_source_has_its_own(source: DataSource) -> None:
    other = DataSource.objects.create(name="other", plan="free")

    with telling_wait(source, 42.0, code=TURN):
        assert find_wait(other) is None


def look(source: DataSource, seen: list[Wait]) -> None:
    if (wait := find_wait(source)) is not None:
        seen.append(wait)
        raise Waited


def test_the_limit_of_the_plan_is_told_as_a_wait_for_a_turn(source: DataSource) -> None:
    source.plan = "free"
    seen: list[Wait] = []
    for _ in range(5):
        wait_for_turn(source, lambda: None)
    with pytest.raises(Waited):
        wait_for_turn(source, lambda: look(source, seen))

    assert seen[0].code == TURN
    assert 2 < seen[0].seconds <= 61


def test_before_it_is_asked_again_the_error_is_told(
    source: DataSource, jquants: FakeJquants, settings: Settings
) -> None:
    settings.JQUANTS_REQUESTS = replace(settings.JQUANTS_REQUESTS, wait_after_limit_seconds=30.0)
    jquants.fail("429")
    seen: list[Wait] = []
    with pytest.raises(Waited), open_client(source, lambda: look(source, seen)) as client:
        client.fetch_listing(None)

    assert seen[0].code == "RATE_LIMITED"
    assert "上限" in seen[0].message
    assert 28 < seen[0].seconds <= 30


def test_where_it_is_not_asked_again_nothing_is_told(source: DataSource, jquants: FakeJquants) -> None:
    jquants.fail("plan")
    with pytest.raises(SourceError), open_client(source, lambda: None) as client:
        client.fetch_listing(None)

    assert find_wait(source) is None
