"""Everybody who sees the lists sees the calendar of their days."""

from django.contrib.auth.management import create_permissions
from django.db import migrations


def add_permission(apps, schema_editor):
    # Permissions are otherwise created after all migrations, too late for this one.
    config = apps.get_app_config("syncjobs")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    permission = apps.get_model("auth", "Permission").objects.get(
        content_type__app_label="syncjobs", codename="view_calendarday"
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=["analyst", "operator", "administrator"]):
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("syncjobs", "0025_next_day_schedules")]

    operations = [migrations.RunPython(add_permission, migrations.RunPython.noop)]
