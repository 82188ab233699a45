"""The foreign key of the 33 sectors by the design's name: a sector of the 17 that others belong to does not go.

RESTRICT in the database refuses at once, where Django's constraint waited for the end of the transaction.
"""

from django.db import migrations

_ALTER = "ALTER TABLE sector33_masters"
_REFERENCE = "FOREIGN KEY (sector17_code) REFERENCES sector17_masters (code)"
_OLD, _NEW = "sector33_masters_sector17_code_ceea62ed_fk_sector17_", "fk_sector33_sector17_code"


class Migration(migrations.Migration):
    dependencies = [("masters", "0003_generation_triggers")]

    operations = [
        migrations.RunSQL(
            [
                f"{_ALTER} ADD CONSTRAINT {_NEW} {_REFERENCE} ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED NOT VALID",
                f"{_ALTER} DROP CONSTRAINT IF EXISTS {_OLD}",
            ],
            [
                f"{_ALTER} ADD CONSTRAINT {_OLD} {_REFERENCE} DEFERRABLE INITIALLY DEFERRED NOT VALID",
                f"{_ALTER} DROP CONSTRAINT {_NEW}",
            ],
        ),
    ]
