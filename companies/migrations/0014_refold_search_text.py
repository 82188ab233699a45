"""The search texts of companies and versions, folded anew: small and old kana, invisible letters, hyphens, accents.

In batches, each in a transaction of its own; a row that has the right text is left alone. Processes of the release before
this one go on writing texts in the old folding until they are stopped: `manage.py verify_history` tells of them, and
`rebuild_history` mends them.
"""

from typing import Any

from django.db import migrations, transaction

from companies.search.folding import search_text

_BATCH = 2_000
# A version's code is its company's.
_TABLES = (
    ("companies", "SELECT id, code, company_name, company_name_english FROM companies"),
    (
        "company_versions",
        "SELECT row.id, code, row.company_name, row.company_name_english FROM company_versions AS row"
        " JOIN companies ON companies.id = row.company_id",
    ),
)


def refold(apps: Any, schema_editor: Any) -> None:
    """Both tables."""
    connection = schema_editor.connection
    for table, rows in _TABLES:
        last = 0
        while last is not None:
            with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
                last = _refold_batch(cursor, table, rows, after=last)


def _refold_batch(cursor: Any, table: str, rows: str, *, after: int) -> int | None:
    """The last id of the rows looked at; `None` after the last of all. They are locked until their texts are written."""
    key = "row.id" if "row." in rows else "id"
    lock = "row" if "row." in rows else table
    cursor.execute(f"{rows} WHERE {key} > %s ORDER BY {key} LIMIT %s FOR UPDATE OF {lock}", [after, _BATCH])
    found = cursor.fetchall()
    if not found:
        return None
    ids = [row[0] for row in found]
    texts = [search_text(code, name, english) for _, code, name, english in found]
    cursor.execute(
        f"UPDATE {table} SET search_text = folded.text FROM unnest(%s::bigint[], %s::text[]) AS folded (id, text)"  # noqa: S608
        f" WHERE {table}.id = folded.id AND {table}.search_text <> folded.text",
        [ids, texts],
    )
    return int(ids[-1])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("companies", "0013_join_versions_split_by_letters")]
    operations = [migrations.RunPython(refold, migrations.RunPython.noop)]
