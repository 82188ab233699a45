"""Versions that only invisible letters, conversion tables or radicals held apart are joined, as the ledger's entries now say.

The next release compares names without these (`companies.letters`), so what follows from the entries has fewer versions
than are stored: within an unbroken presence a name that compares equal keeps the spelling it had. Whatever the entries are,
walking the stored versions gives the same as replaying them, because names that compared equal before still do.

In batches, each in a transaction of its own and under the ledger's lock. May run again at any time.
"""

from collections.abc import Iterator
from typing import Any

from django.db import migrations, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models.functions import Now

from companies.ledger.history import comparable_name
from companies.search.folding import search_text

_BATCH = 500
_NAMES = ("company_name", "company_name_english")
_STATE = (*_NAMES, "market_id", "sector17_id", "sector33_id", "scale_category", "margin_code", "product_category")


def join_versions(apps: Any, schema_editor: Any) -> None:
    """All companies, a few hundred at a time."""
    Company = apps.get_model("companies", "Company")
    connection = schema_editor.connection
    for ids in _batches(list(Company.objects.using(connection.alias).order_by("pk").values_list("pk", flat=True))):
        with transaction.atomic(using=connection.alias):
            with connection.cursor() as cursor:
                # The lock of `companies.ledger.entries`: nobody applies a list meanwhile.
                cursor.execute(
                    "SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true)"
                )
                cursor.execute("SELECT pg_advisory_xact_lock(7203000001)")
            _join(apps, connection.alias, ids)


def _join(apps: Any, alias: str, ids: list[int]) -> None:
    Company, Version = (apps.get_model("companies", name) for name in ("Company", "CompanyVersion"))
    stored = Version.objects.using(alias).filter(company__in=ids).order_by("company_id", "validity")
    gone: list[int] = []
    changed: dict[int, Any] = {}
    latest: dict[int, Any] = {}
    for version in stored.select_related("company"):
        before = latest.get(version.company_id)
        if before is not None and before.validity.upper == version.validity.lower:
            if _keep_spelling(before, version):
                changed[version.pk] = version
            if all(getattr(before, field) == getattr(version, field) for field in _STATE):
                before.validity = DateRange(before.validity.lower, version.validity.upper)
                changed[before.pk] = before
                changed.pop(version.pk, None)
                gone.append(version.pk)
                continue
        latest[version.company_id] = version
    # First what goes: a longer version must not overlap it.
    Version.objects.using(alias).filter(pk__in=gone).delete()
    for version in changed.values():
        version.search_text = search_text(version.company.code, version.company_name, version.company_name_english)
    Version.objects.using(alias).bulk_update(changed.values(), [*_NAMES, "search_text", "validity"])
    for pk, version in latest.items():
        names = {name: getattr(version, name) for name in _NAMES}
        if names != {name: getattr(version.company, name) for name in _NAMES}:
            text = search_text(version.company.code, version.company_name, version.company_name_english)
            Company.objects.using(alias).filter(pk=pk).update(**names, search_text=text, updated_at=Now())


def _keep_spelling(before: Any, version: Any) -> bool:
    """Give `version` the spelling of names that compare equal to those before. Whether there were any."""
    is_changed = False
    for name in _NAMES:
        old, new = getattr(before, name), getattr(version, name)
        if None not in (old, new) and old != new and comparable_name(old) == comparable_name(new):
            setattr(version, name, old)
            is_changed = True
    return is_changed


def _batches(ids: list[int]) -> Iterator[list[int]]:
    yield from (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("companies", "0012_validate_foreign_keys")]
    operations = [migrations.RunPython(join_versions, migrations.RunPython.noop)]
