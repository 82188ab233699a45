"""Rows that the product's own code makes once in each process, and that one statement puts there again for each test that wants them.

What it makes is the same each time, but for its moments: they come as far later as the test does, and with them the hashes that cover
them. Its numbers are those of the first time, and no sequence gives them again.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from api.generations import publish_after_commit
from api.models import DataGeneration
from companies.ledger.chain import BEGINNING, hash_link
from companies.ledger.entries import lock_ledger
from companies.ledger.past_revisions import next_fingerprint
from companies.models import LedgerRevision

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_WRITTEN = "%Y-%m-%dT%H:%M:%S.%fZ"
# Replicas fire no triggers: what those would have done is among the rows, but for the generations.
_PUT = """
SET LOCAL session_replication_role = replica;
{inserts};
SET LOCAL session_replication_role = origin;
UPDATE data_generations SET number = greatest(number + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
WHERE family IN ({families})
"""


@dataclass(frozen=True, slots=True)
class KeptRows:
    """What was made: of each table an INSERT, whose moments are yet to be moved; the revisions by themselves; and of when it is."""

    inserts: str
    revisions: list[dict[str, Any]]
    families: list[str]
    was_empty: str
    moment: datetime

    def put(self) -> bool:
        """Make them anew, where there was as little as before they were made. Whether that was so."""
        with connection.cursor() as cursor:
            cursor.execute(self.was_empty)
            if cursor.fetchone() != (True,):
                return False
        with transaction.atomic():
            now = lock_ledger()
            if timezone.localdate(now) != timezone.localdate(self.moment):
                return False
            publish_after_commit()
            later = now - self.moment
            with connection.cursor() as cursor:
                inserts = self.inserts.replace("<later>", f"{later / timedelta(microseconds=1):.0f} us")
                families = ", ".join(f"'{family}'" for family in self.families)
                cursor.execute(_PUT.format(inserts=inserts, families=families))
            LedgerRevision.objects.bulk_create(self._moved(later))
        return True

    def _moved(self, later: timedelta) -> Iterator[LedgerRevision]:
        fingerprint, old, new = "", BEGINNING, BEGINNING
        for fields in self.revisions:
            revision = LedgerRevision(**fields)
            revision.recorded_at += later
            fingerprint = revision.fingerprint = next_fingerprint(
                fingerprint, revision.number, revision.kind, revision.entry_id, revision.recorded_at
            )
            link = _MOMENT.sub(lambda found: _move(found[0], later), fields["link"]).replace(old, new)
            old, new = fields["chain"], hash_link(link)
            revision.link, revision.chain = link, new
            yield revision


def keep_rows(make: Callable[[], None]) -> KeptRows:
    """What `make` makes in the database as it is now, which is left as it was."""
    with transaction.atomic(), connection.cursor() as cursor:
        names = connection.introspection.django_table_names(only_existing=True, include_views=False)
        before = {name: _count(cursor, name) for name in names}
        generations = dict(DataGeneration.objects.values_list("family", "number"))
        make()
        revisions = list(LedgerRevision.objects.order_by("number").values())
        families = [
            family for family, number in DataGeneration.objects.values_list("family", "number")
            if number != generations.get(family)
        ]  # fmt: skip
        made = {name for name in names if _count(cursor, name) != before[name]} - {LedgerRevision._meta.db_table}
        inserts = ";\n".join(_insert(cursor, name) for name in sorted(made))
        transaction.set_rollback(True)
    ours = {model._meta.db_table for model in apps.get_app_config("companies").get_models() if model._meta.managed}
    empty = " OR ".join(f'EXISTS (SELECT FROM "{name}")' for name in sorted(ours) if before.get(name) == 0)
    assert not any(before[name] for name in made), made
    here = f"current_database() = '{connection.settings_dict['NAME']}'"
    return KeptRows(inserts, revisions, families, f"SELECT {here} AND NOT ({empty})", revisions[-1]["recorded_at"])


def _count(cursor: Any, table: str) -> int:
    cursor.execute(f'SELECT count(*) FROM "{table}"')
    return int(cursor.fetchone()[0])


def _insert(cursor: Any, table: str) -> str:
    cursor.execute(
        "SELECT attname, atttypid = 'timestamptz'::regtype FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        [table],
    )
    columns = cursor.fetchall()
    texts = [
        f"""quote_nullable("{name}") || '::timestamptz + ''<later>''::interval'""" if is_moment else f'quote_nullable("{name}"::text)'
        for name, is_moment in columns
    ]  # fmt: skip
    cursor.execute(f"""SELECT '(' || concat_ws(', ', {", ".join(texts)}) || ')' FROM "{table}" """)
    rows = ",\n".join(row for (row,) in cursor.fetchall())
    insert = f"""INSERT INTO "{table}" ({", ".join(f'"{name}"' for name, _ in columns)}) VALUES\n{rows}"""
    cursor.execute(
        f"SELECT pg_get_serial_sequence(%s, 'id'), max(id) FROM \"{table}\""
        if ("id", False) in columns
        else "SELECT NULL, 0",
        [table],
    )
    sequence, last = cursor.fetchone()
    # Migrated back and forth, a sequence begins anew.
    return f"{insert};\nSELECT setval('{sequence}', greatest(nextval('{sequence}'), {last}))" if sequence else insert


def _move(written: str, later: timedelta) -> str:
    return (datetime.strptime(written, _WRITTEN).replace(tzinfo=UTC) + later).strftime(_WRITTEN)
