"""The ledger as it was known at a revision: views that read as its tables did."""

from typing import Any

from django.db import migrations

from companies.known.views import drop_known_views, make_known_views


def make(apps: Any, schema_editor: Any) -> None:
    make_known_views(schema_editor, 3)


def drop(apps: Any, schema_editor: Any) -> None:
    drop_known_views(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("companies", "0017_indexes_of_revisions")]
    operations = [migrations.RunPython(make, drop)]
