"""The foreign keys of companies by the design's names, and acting in the database: a master that goes leaves no code behind.

Django's own constraints only refuse; what `on_delete` says, it does itself. Not validated here: the rows were, by the
constraint that goes.
"""

from django.db import migrations

_KEYS = {
    "market_code": ("market_masters", "companies_market_code_1ba39269_fk_market_masters_code"),
    "sector17_code": ("sector17_masters", "companies_sector17_code_9c0a25e5_fk_sector17_masters_code"),
    "sector33_code": ("sector33_masters", "companies_sector33_code_3455ae8c_fk_sector33_masters_code"),
}


def _reference(column: str, master: str) -> str:
    return f"FOREIGN KEY ({column}) REFERENCES {master} (code)"


def _operation(column: str) -> migrations.RunSQL:
    master, old = _KEYS[column]
    new, alter = f"fk_companies_{column}", "ALTER TABLE companies"
    return migrations.RunSQL(
        [
            f"{alter} ADD CONSTRAINT {new} {_reference(column, master)} ON DELETE SET NULL "
            "DEFERRABLE INITIALLY DEFERRED NOT VALID",
            f"{alter} DROP CONSTRAINT IF EXISTS {old}",
        ],
        [
            f"{alter} ADD CONSTRAINT {old} {_reference(column, master)} DEFERRABLE INITIALLY DEFERRED NOT VALID",
            f"{alter} DROP CONSTRAINT {new}",
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("companies", "0010_withdrawals"), ("masters", "0003_generation_triggers")]

    operations = [_operation(column) for column in _KEYS]
