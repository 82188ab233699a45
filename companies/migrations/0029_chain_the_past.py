"""Every revision that there is gets its hash, in the order of their numbers.

Under the ledger's lock: nobody writes to it meanwhile, readers are not held up. Five hundred are committed at a time, and not written again
where it was interrupted and is run again. What the release before does after it is chained with the next change.
"""

from typing import Any

from django.db import migrations

from companies.ledger.chain import chain_revisions


def chain(apps: Any, schema_editor: Any) -> None:
    """The lock of `companies.ledger.entries`, held from transaction to transaction."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(7203000001)")
        try:
            chain_revisions(lambda name: apps.get_model("companies", name))
        finally:
            cursor.execute("SELECT pg_advisory_unlock(7203000001)")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("companies", "0028_chain_of_revisions")]
    operations = [migrations.RunPython(chain, migrations.RunPython.noop)]
