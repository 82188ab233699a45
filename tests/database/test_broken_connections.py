"""A connection that breaks in the midst of rows is told of by Django's errors, by which everybody knows that the database is away."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import OperationalError, connection

from database.connections import is_unavailable, one_snapshot
from tests.serving.visitor import command

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def another_connection_afterwards() -> Iterator[None]:
    yield
    connection.close()


def read_and_break() -> None:
    """As Django iterates over rows by a cursor on the server, which it closes outside its translation of errors."""
    cursor = connection.chunked_cursor()
    cursor.execute("SELECT 1")
    cursor.fetchmany(2)
    command(f"SELECT pg_terminate_backend({connection.connection.info.backend_pid})")
    cursor.close()


def test_what_is_said_when_a_cursor_is_closed_is_translated_inside_one_snapshot() -> None:
    with pytest.raises(OperationalError), one_snapshot():
        read_and_break()


def test_what_the_driver_says_itself_means_the_same() -> None:
    with pytest.raises(psycopg.OperationalError) as raised:
        read_and_break()
    assert is_unavailable(raised.value)
