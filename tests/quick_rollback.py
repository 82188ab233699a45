"""After a test that commits, the rows of migrations come back by COPY, and at once.

Django saves each of them by itself, for half a second a test, and only ahead of the next test that commits: until then whoever
else runs in the process finds tables that no migration has filled. Which tests those are, the processes of a run settle among
themselves.
"""

import time
from typing import Any

from django.db import connection, transaction
from django.test import TransactionTestCase

from api.generations import FAMILIES
from api.models import DataGeneration


def restore_by_copy() -> None:
    """From now on. Only where the tests' role may leave out foreign keys while it copies, as with our own services."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser')")
        if cursor.fetchone() != ("on",):
            return
        _be_of_another_generation()
        names = connection.introspection.django_table_names(only_existing=True, include_views=False)
        rows = {name: found for name in names if (found := _read(cursor, name))}
    test_case: Any = TransactionTestCase  # what sets it up and takes it down is not public
    empty = test_case._fixture_teardown

    def empty_and_fill(test: TransactionTestCase) -> None:
        empty(test)
        _write(rows)

    test_case._fixture_teardown = empty_and_fill
    connection.creation.deserialize_db_from_string = lambda data: None  # type: ignore[method-assign]


def _be_of_another_generation() -> None:
    """No answer that an earlier test, or a server of its own, left in the cache is of this generation, nor of a family that nobody wrote to."""
    DataGeneration.objects.bulk_create(
        (DataGeneration(family=name, number=0) for name in FAMILIES), ignore_conflicts=True
    )
    DataGeneration.objects.update(number=time.time_ns() // 1000)


def _read(cursor: Any, table: str) -> bytes:
    with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(bytes(block) for block in copy)


def _write(rows: dict[str, bytes]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, found in rows.items():
            # Of some Django has made its own anew.
            cursor.execute(f'DELETE FROM "{table}"')
            with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                copy.write(found)
        _be_of_another_generation()
