"""The source of quotes, switched off: an operator only has to enable it."""

from django.db import migrations


def add_source(apps, schema_editor):
    DataSource = apps.get_model("datasources", "DataSource")
    if DataSource.objects.filter(provider="yahoo").exists():
        return
    name = "Yahoo Finance"
    if DataSource.objects.filter(name=name).exists():
        name = "Yahoo Finance (quotes)"
    DataSource.objects.create(provider="yahoo", name=name, is_enabled=False, requests_per_minute=60)


class Migration(migrations.Migration):
    dependencies = [("datasources", "0002_request_limits")]

    operations = [migrations.RunPython(add_source, migrations.RunPython.noop)]
