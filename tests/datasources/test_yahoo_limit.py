"""The limit of requests for quotes, over two processes and a real Redis."""

import os

import pytest

from datasources.models import DataSource
from tests.fakes.yahoo import FakeYahoo
from tests.forking import start_program
from tests.server import database_url

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

_TIME_IS_UP = 3


def ask_in_two_processes(source: DataSource, count: int) -> list[int]:
    environment = {**os.environ, "DATABASE_URL": database_url(), "LOG_LEVEL": "WARNING"}
    asking = f"from tests.datasources.asking import ask; ask({source.pk}, {count})"
    # Forked off one that has imported the product, each with connections of its own.
    processes = [
        start_program(["manage.py", "shell", "--no-imports", "--command", asking], environment) for _ in range(2)
    ]
    return [process.wait(60) for process in processes]


def test_two_workers_never_send_more_than_the_limit_within_a_minute(quote_source: DataSource, yahoo: FakeYahoo) -> None:
    quote_source.requests_per_minute = 30
    quote_source.save()

    ended = ask_in_two_processes(quote_source, 25)

    assert len(yahoo.requests) == 30
    assert _TIME_IS_UP in ended


def test_without_a_limit_all_of_them_are_sent(quote_source: DataSource, yahoo: FakeYahoo) -> None:
    assert ask_in_two_processes(quote_source, 25) == [0, 0]
    assert len(yahoo.requests) == 50
