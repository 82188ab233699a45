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
from companies.ledger.chain import BEGINNING, chain_revisions, hash_link
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
_SOMETHING = " OR ".join(
    f'EXISTS (SELECT FROM "{model._meta.db_table}")'
    for model in apps.get_app_config("companies").get_models()
    if model._meta.managed
)


@dataclass(frozen=True, slots=True)
class KeptRows:
    """What was made: of each table an INSERT, whose moments are yet to be moved; the revisions by themselves; and of when it is."""

    inserts: str
    revisions: list[dict[str, Any]]
    families: list[str]
    was_empty: str
    moment: datetime

    @property
    def is_chained_anew(self) -> bool:
        """Of facts, which may be moments, only the hash is written down: then the product makes the chain."""
        return any('"facts"' in fields["link"] for fields in self.revisions)

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
            if self.is_chained_anew:
                chain_revisions()
        return True

    def _moved(self, later: timedelta) -> Iterator[LedgerRevision]:
        fingerprint, old, new = "", BEGINNING, BEGINNING
        for fields in self.revisions:
            revision = LedgerRevision(**fields)
            revision.recorded_at += later
            fingerprint = revision.fingerprint = next_fingerprint(
                fingerprint,
                revision.number,
                revision.kind,
                revision.entry_id or revision.issuer_list_id,
                revision.recorded_at,
            )
            if self.is_chained_anew:
                revision.link = revision.chain = None
                yield revision
                continue
            link = _MOMENT.sub(lambda found: _move(found[0], later), fields["link"]).replace(old, new)
            old, new = fields["chain"], hash_link(link)
            revision.link, revision.chain = link, new
            yield revision


_KEPT: dict[Callable[[], None], KeptRows] = {}


def put_or_make(make: Callable[[], None]) -> None:
    """What `make` makes. It makes it itself where the ledger is not empty, or the tests' role may not leave out triggers."""
    if make not in _KEPT and _is_superuser() and _is_nothing_there():
        _KEPT[make] = keep_rows(make)
    if make not in _KEPT or not _KEPT[make].put():
        make()


def find_kept(make: Callable[[], None]) -> KeptRows | None:
    """What was kept of it in this process."""
    return _KEPT.get(make)


def _is_superuser() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        return bool(cursor.fetchone()[0])


def _is_nothing_there() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT NOT ({_SOMETHING})")
        return bool(cursor.fetchone()[0])


def keep_rows(make: Callable[[], None]) -> KeptRows:
    """What `make` makes in the database as it is now, with nothing in the ledger, which is left as it was."""
    with transaction.atomic(), connection.cursor() as cursor:
        names = connection.introspection.django_table_names(only_existing=True, include_views=False)
        before = {name: _count(cursor, name) for name in names}
        generations = dict(DataGeneration.objects.values_list("family", "number"))
        make()
        revisions: list[dict[str, Any]] = [dict(row) for row in LedgerRevision.objects.order_by("number").values()]
        families = [
            family for family, number in DataGeneration.objects.values_list("family", "number")
            if number != generations.get(family)
        ]  # fmt: skip
        made = {name for name in names if _count(cursor, name) != before[name]} - {LedgerRevision._meta.db_table}
        assert not any(before[name] for name in made), f"what was in {made} before would be put there again"
        inserts = ";\n".join(_insert(cursor, name) for name in sorted(made))
        transaction.set_rollback(True)
    here = f"current_database() = '{connection.settings_dict['NAME']}'"
    others = "".join(f' OR EXISTS (SELECT FROM "{name}")' for name in sorted(made))
    return KeptRows(
        inserts, revisions, families, f"SELECT {here} AND NOT ({_SOMETHING}{others})", revisions[-1]["recorded_at"]
    )


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
    if ("id", False) not in columns:
        return insert
    cursor.execute(f"SELECT pg_get_serial_sequence(%s, 'id'), max(id) FROM \"{table}\"", [table])
    sequence, last = cursor.fetchone()
    # Migrated back and forth, a sequence begins anew.
    return f"{insert};\nSELECT setval('{sequence}', greatest(nextval('{sequence}'), {last}))" if sequence else insert


def _move(written: str, later: timedelta) -> str:
    return (datetime.strptime(written, _WRITTEN).replace(tzinfo=UTC) + later).strftime(_WRITTEN)
