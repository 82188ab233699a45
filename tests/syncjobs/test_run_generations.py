"""What the database counts of runs is published, whatever came of it."""

import pytest
from django_redis import get_redis_connection

from api.generations import GENERATIONS_KEY, read_generations
from datasources.models import DataSource
from syncjobs.runs import cancel_run, claim_run, start_listing_run

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def published() -> int:
    return int(get_redis_connection("state").hget(GENERATIONS_KEY, "sync"))


def test_a_message_that_comes_twice_leaves_no_generation_unpublished(source: DataSource) -> None:
    run = start_listing_run(source, requested_by="test")
    assert claim_run(run.pk) is not None

    assert claim_run(run.pk) is None

    assert published() == read_generations().sync


def test_a_run_that_is_cancelled_while_it_waits_leaves_none_either(source: DataSource) -> None:
    cancel_run(start_listing_run(source, requested_by="test"), cancelled_by="test")

    assert published() == read_generations().sync
