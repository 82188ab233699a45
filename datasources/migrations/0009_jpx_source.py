"""The source of the monthly list, switched off: an operator only has to enable it."""

from django.db import migrations


def add_source(apps, schema_editor):
    DataSource = apps.get_model("datasources", "DataSource")
    if DataSource.objects.filter(provider="jpx").exists():
        return
    name = "JPX"
    if DataSource.objects.filter(name=name).exists():
        name = "JPX (monthly list)"
    DataSource.objects.create(provider="jpx", name=name, is_enabled=False, requests_per_minute=10)


class Migration(migrations.Migration):
    dependencies = [("datasources", "0008_bulk_files")]

    operations = [migrations.RunPython(add_source, migrations.RunPython.noop)]
