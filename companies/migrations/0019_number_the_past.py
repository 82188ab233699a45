"""Everything that was ever done to the ledger gets its revision, in the order in which it was recorded.

The entries and withdrawals are replayed, so that what was known when is true of the past, too. Under the ledger's lock: nobody
writes to it meanwhile, readers are not held up. Some minutes for ten years of daily lists, told by the log (`revisions_numbered`);
every few hundred revisions are committed, and not written again where it was interrupted and is run again. What the release
before does after it is numbered with the next change.
"""

from typing import Any

from django.db import migrations

from companies.ledger.past_revisions import number_the_past


def number(apps: Any, schema_editor: Any) -> None:
    """The lock of `companies.ledger.entries`, held from transaction to transaction."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(7203000001)")
        try:
            number_the_past(lambda name: apps.get_model("companies", name))
        finally:
            cursor.execute("SELECT pg_advisory_unlock(7203000001)")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("companies", "0018_known_views")]
    operations = [migrations.RunPython(number, migrations.RunPython.noop)]
