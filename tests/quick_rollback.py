"""After a test that commits, the database is as it was before, at once.

Django empties all tables, for as many new files as they have indexes, and saves each row of migrations by itself, for half a second a test
and only ahead of the next test that commits: until then whoever else runs in the process finds tables that no migration has filled. Which tests
those are, the processes of a run settle among themselves. Here only those tables are emptied that a test has written to, and rows come by COPY.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.test import TransactionTestCase

from api.generations import FAMILIES
from api.models import DataGeneration

#: Rows that are deleted stay in the files, where nothing cleans up: after so many the tables are emptied as Django does it.
_MOST_DELETED = 5_000


def restore_by_copy() -> None:
    """From now on. Only where the tests' role may leave out foreign keys while it copies, as with our own services."""
    with connection.cursor() as cursor:
        if not is_superuser(cursor):
            return
    test_case: Any = TransactionTestCase  # what sets it up and takes it down is not public
    beginning = _Beginning.read(test_case._fixture_teardown)

    def restore(test: TransactionTestCase) -> None:
        beginning.restore(test)

    test_case._fixture_teardown = restore
    connection.creation.deserialize_db_from_string = lambda data: None  # type: ignore[method-assign]


@dataclass(slots=True)
class _Beginning:
    """What all tables hold before the first test. `marks`: of each, how many rows it has and which transaction wrote the newest of them."""

    empty_all: Callable[[TransactionTestCase], None]
    rows: dict[str, bytes]
    marks: dict[str, tuple[int, int]]
    deleted: int = 0

    @classmethod
    def read(cls, empty_all: Callable[[TransactionTestCase], None]) -> "_Beginning":
        with transaction.atomic(), connection.cursor() as cursor:
            _be_of_another_generation()
            names = connection.introspection.django_table_names(only_existing=True, include_views=False)
            return cls(empty_all, {name: read_table(cursor, name) for name in names}, _marks(cursor, names))

    def restore(self, test: TransactionTestCase) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            # Who is still writing is waited for, as by TRUNCATE.
            cursor.execute(f"LOCK TABLE {', '.join(map(_quoted, self.rows))} IN EXCLUSIVE MODE")
            found = _marks(cursor, self.rows)
            changed = [name for name, mark in found.items() if mark != self.marks[name]]
            self.deleted += sum(found[name][0] for name in changed)
            if self.deleted <= _MOST_DELETED:
                self._refill(cursor, changed)
        if self.deleted > _MOST_DELETED:
            self.empty_all(test)
            self.deleted = 0
            with transaction.atomic(), connection.cursor() as cursor:
                # Of some Django has made its own anew.
                self._refill(cursor, [*self.rows])

    def _refill(self, cursor: Any, names: list[str]) -> None:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for name in names:
            cursor.execute(f"DELETE FROM {_quoted(name)}")
            if self.rows[name]:
                write_table(cursor, name, self.rows[name])
        _be_of_another_generation()
        self.marks |= _marks(cursor, {*names, DataGeneration._meta.db_table})


def is_superuser(cursor: Any) -> bool:
    """Whether foreign keys and triggers may be left out for a moment."""
    cursor.execute("SELECT current_setting('is_superuser')")
    return bool(cursor.fetchone() == ("on",))


def read_table(cursor: Any, table: str) -> bytes:
    """Its rows, as COPY writes them."""
    with cursor.copy(f"COPY {_quoted(table)} TO STDOUT") as copy:
        return b"".join(bytes(block) for block in copy)


def write_table(cursor: Any, table: str, rows: bytes) -> None:
    """Put rows to those that a table has."""
    with cursor.copy(f"COPY {_quoted(table)} FROM STDIN") as copy:
        copy.write(rows)


def _marks(cursor: Any, tables: Iterable[str]) -> dict[str, tuple[int, int]]:
    """A row that is changed or written has the number of a later transaction; where one is deleted, there is one less."""
    cursor.execute(
        " UNION ALL ".join(
            f"SELECT '{name}', count(*), coalesce(max(xmin::text::bigint), 0) FROM {_quoted(name)}" for name in tables
        )
    )
    return {name: (count, newest) for name, count, newest in cursor.fetchall()}


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))


def _be_of_another_generation() -> None:
    """No answer that an earlier test, or a server of its own, left in the cache is of this generation, nor of a family that nobody wrote to."""
    DataGeneration.objects.bulk_create(
        (DataGeneration(family=name, number=0) for name in FAMILIES), ignore_conflicts=True
    )
    DataGeneration.objects.update(number=time.time_ns() // 1000)
