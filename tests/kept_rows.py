"""What hundreds of tests begin with, made by the product now and then and otherwise copied in.

To apply two small lists takes eighty questions, a twelfth of a second of work with the database's; to copy what they leave takes a tenth of
that. Copied is only what the product itself has just made in the same database, and only where it would make the same: nothing may be in the
ledger yet. Every half a minute it is made anew, so that no moment in it is further in the past than on a busy machine.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from api.generations import publish_after_commit
from tests.quick_rollback import is_superuser, read_table, write_table

_LASTS = timedelta(seconds=30)
#: Has a row of each family from the beginning, and is moved on by triggers, which a copy does not set off.
_GENERATIONS = "data_generations"
_MOVE_ON = f"""
UPDATE {_GENERATIONS} SET number = greatest(number + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
WHERE family = ANY(%s)
"""


class KeptRows:
    """Those that `make` leaves in an empty ledger. Of one process, whose tests come one after the other."""

    def __init__(self, make: Callable[[], None]) -> None:
        self._make = make
        self._made_at = datetime.min.replace(tzinfo=UTC)
        self._rows: dict[str, bytes] = {}
        self._families: list[str] = []

    def put(self) -> None:
        """Have them in the database, as if they had just been made."""
        with transaction.atomic(), connection.cursor() as cursor:
            if not is_superuser(cursor) or not _is_empty(cursor, self._empty_at_first()):
                self._make()
            elif self._rows and self._is_fresh(cursor):
                self._copy(cursor)
            else:
                self._make_and_keep(cursor)

    def _empty_at_first(self) -> set[str]:
        """Tables that say what the ledger holds, or that decide what becomes of a list."""
        models = apps.get_app_config("companies").get_models()
        return {model._meta.db_table for model in models if model._meta.managed} | self._rows.keys()

    def _is_fresh(self, cursor: Any) -> bool:
        """By the database's clock, which a test may have moved."""
        cursor.execute("SELECT clock_timestamp()")
        return bool(timedelta(0) <= cursor.fetchone()[0] - self._made_at < _LASTS)

    def _copy(self, cursor: Any) -> None:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, rows in self._rows.items():
            write_table(cursor, table, rows)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        cursor.execute(_MOVE_ON, [self._families])
        publish_after_commit()

    def _make_and_keep(self, cursor: Any) -> None:
        names = [*self._rows] or connection.introspection.django_table_names(only_existing=True, include_views=False)
        before, generations = _read(cursor, names), _generations(cursor)
        self._make()
        after = _read(cursor, names)
        changed = {name for name in names if after[name] != before[name]} - {_GENERATIONS}
        assert not [name for name in changed if before[name]], "what was there has changed, which is not kept"
        self._rows = {name: after[name] for name in changed}
        self._families = [name for name, number in _generations(cursor).items() if generations.get(name) != number]
        cursor.execute("SELECT clock_timestamp()")
        self._made_at = cursor.fetchone()[0]


def _read(cursor: Any, names: list[str]) -> dict[str, bytes]:
    return {name: read_table(cursor, name) for name in names}


def _generations(cursor: Any) -> dict[str, int]:
    cursor.execute(f"SELECT family, number FROM {_GENERATIONS}")
    return dict(cursor.fetchall())


def _is_empty(cursor: Any, names: set[str]) -> bool:
    cursor.execute("SELECT " + " AND ".join(f'NOT EXISTS (SELECT FROM "{name}")' for name in sorted(names)))
    return bool(cursor.fetchone()[0])
