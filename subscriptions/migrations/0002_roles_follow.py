"""Who sees companies may follow them, in the roles as they were made; others are their owners' own."""

from django.contrib.auth.management import create_permissions
from django.db import migrations


def add_permissions(apps, schema_editor):
    # Permissions are otherwise created after all migrations, too late for this one.
    config = apps.get_app_config("subscriptions")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="subscriptions", content_type__model__in=["watchlist", "savedview"]
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=["analyst", "operator", "administrator"]):
        group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0001_initial"), ("syncjobs", "0019_roles_see_official_days")]

    operations = [migrations.RunPython(add_permissions, migrations.RunPython.noop)]
