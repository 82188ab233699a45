"""The steps of the recipe "A tracked field of a company", each in the file that it names."""

import re
from pathlib import Path

_FIELD = """    CompanyField(
        name="trading_unit", short_name="unit", label=N_("売買単位"), event="unit_changed", form="[0-9]{1,6}",
        form_words=N_("売買単位（株数）"), asked_as="[0-9]{1,6}", help_text="売買単位（株）", example="100",
    ),
)  # fmt: skip
"""
_COLUMN = """    trading_unit = models.TextField(_("売買単位"), null=True, blank=True)  # noqa: DJ001 None: not told
    search_text"""
_MIGRATION = '''"""Lists tell the trading unit."""

from django.db import migrations, models

from companies.choices import EventType
from companies.events.view import listing_events_view
from companies.known.views import make_known_views


class Migration(migrations.Migration):
    dependencies = [("companies", "{before}")]
    operations = [
        *(
            migrations.AddField(
                model, "trading_unit", models.TextField(blank=True, null=True, verbose_name="売買単位")
            )
            for model in ("company", "companyversion", "withdrawnversion")
        ),
        migrations.AlterField(
            "listingevent", "event_type", models.TextField(choices=EventType, verbose_name="種別")
        ),
        migrations.RunSQL(listing_events_view({version}), listing_events_view({version} - 1)),
        migrations.RunPython(lambda apps, schema_editor: make_known_views(schema_editor, {version})),
    ]
'''


def add_trading_unit(project: Path) -> None:
    """Add the field to the product at `project`."""
    _change(project / "companies/fields.py", ")  # fmt: skip\n", _FIELD)
    _change(
        project / "companies/listed_issue.py",
        "    sector33_name: str | None = None\n",
        "    sector33_name: str | None = None\n    trading_unit: str | None = None\n",
    )
    _change(
        project / "companies/choices.py",
        '    PRODUCT_CHANGED = "product_changed", Colour.DEFAULT, _("商品区分変更")\n',
        '    PRODUCT_CHANGED = "product_changed", Colour.DEFAULT, _("商品区分変更")\n'
        '    UNIT_CHANGED = "unit_changed", Colour.DEFAULT, _("売買単位変更")\n',
    )
    _change(project / "companies/states.py", "    search_text", _COLUMN)
    version = _add_view(project / "companies/events/view")
    migrations = project / "companies/migrations"
    before = max(path.stem for path in migrations.glob("0*.py"))
    number = int(before[:4]) + 1
    text = _MIGRATION.format(before=before, version=version)
    (migrations / f"{number:04}_trading_unit.py").write_text(text)
    _change(
        project / "datasources/jquants/listing.py",
        '"product_category": "ProdCat",\n',
        '"product_category": "ProdCat", "trading_unit": "Unit",\n',
    )


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1, (path, old)
    path.write_text(text.replace(old, new))


def _add_view(folder: Path) -> int:
    """The next version of the view, in which the unit stands wherever the kind of product does; which one that is."""
    newest = max(int(path.stem.rpartition("_")[2]) for path in folder.glob("listing_events_*.sql"))
    text = (folder / f"listing_events_{newest}.sql").read_text()

    def doubled(pattern: str, between: str) -> None:
        nonlocal text
        text, count = re.subn(
            pattern,
            lambda found: (
                found[0].rstrip("\n")
                + between
                + "\n"
                + found[0].replace("product_category", "trading_unit").replace("product_", "unit_")
            ),
            text,
            flags=re.MULTILINE,
        )
        assert count, pattern

    doubled(r"^ *'product_category', jsonb_build_array.*\n", ",")
    doubled(r"^ *WHEN 'product_changed' THEN [pv]\.product_category\n", "")
    doubled(r"^ *WHEN 'product_changed' THEN jsonb_strip_nulls\(.*\n.*\n *\)\)\n", "")
    doubled(r"^ *\('product_changed', .*\n", ",")
    (folder / f"listing_events_{newest + 1}.sql").write_text(text)
    return newest + 1
