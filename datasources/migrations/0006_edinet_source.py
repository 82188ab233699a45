"""The source of issuers, switched off: an operator only has to enable it."""

from django.db import migrations


def add_source(apps, schema_editor):
    DataSource = apps.get_model("datasources", "DataSource")
    if DataSource.objects.filter(provider="edinet").exists():
        return
    name = "EDINET"
    if DataSource.objects.filter(name=name).exists():
        name = "EDINET (issuers)"
    DataSource.objects.create(provider="edinet", name=name, is_enabled=False, requests_per_minute=10)


class Migration(migrations.Migration):
    dependencies = [("datasources", "0005_kept_validators")]

    operations = [migrations.RunPython(add_source, migrations.RunPython.noop)]
