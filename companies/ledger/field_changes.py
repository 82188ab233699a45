"""What the issues that a list changed differ in: field by field, told apart by whether anything was known of it before."""

from typing import NamedTuple

from django.db import connection

from companies.fields import COMPANY_FIELDS
from companies.models import CompanyVersion, LedgerRevision


class FieldChanges(NamedTuple):
    """By field, of how many issues it was filled in where nothing was known, and of how many it was changed; no zeros."""

    filled: dict[str, int]
    changed: dict[str, int]


def count_field_changes(snapshot_id: int) -> FieldChanges:
    """Of what the entry changed when it was applied, as it is known now: each state that it began beside the one before."""
    revision = LedgerRevision.objects.filter(entry=snapshot_id).values_list("number", "entry__date_in_force").first()
    if revision is None:
        return FieldChanges({}, {})
    number, day = revision
    counts = _count(number, day.isoformat())
    half = len(COMPANY_FIELDS)
    names = [field.name for field in COMPANY_FIELDS]
    return FieldChanges(*(
        {name: count for name, count in zip(names, part, strict=True) if count} for part in (counts[:half], counts[half:])
    ))  # fmt: skip


def _count(number: int, day: str) -> tuple[int, ...]:
    """One row: the filled of each field, then the changed."""
    quote = connection.ops.quote_name
    table = quote(CompanyVersion._meta.db_table)
    columns = [quote(field.name) for field in COMPANY_FIELDS]
    parts = [f"count(*) FILTER (WHERE old.{c} IS NULL AND new.{c} IS NOT NULL)" for c in columns]
    parts += [f"count(*) FILTER (WHERE old.{c} IS NOT NULL AND new.{c} IS DISTINCT FROM old.{c})" for c in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(parts)} FROM {table} new JOIN {table} old "  # noqa: S608 names of our own columns
            "ON old.company_id = new.company_id AND upper(old.validity) = lower(new.validity) "
            "WHERE new.recorded_in = %s AND lower(new.validity) = %s",
            [number, day],
        )
        row: tuple[int, ...] = cursor.fetchone()
    return row
