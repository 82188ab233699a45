"""Everybody with a role may make keys of their own, and administrators see who changed what, in the roles as they were made."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

GIVEN = [
    ("api", "own_apikey", ["analyst", "operator", "administrator"]),
    ("sign_in", "view_recordedchange", ["administrator"]),
]


def add_permissions(apps, schema_editor):
    # Permissions are otherwise created after all migrations, too late for these.
    for label, codename, roles in GIVEN:
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
        permission = apps.get_model("auth", "Permission").objects.get(content_type__app_label=label, codename=codename)
        for group in apps.get_model("auth", "Group").objects.filter(name__in=roles):
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("syncjobs", "0020_field_changes"),
        ("api", "0003_key_uses"),
        ("sign_in", "0001_recorded_changes"),
    ]

    operations = [migrations.RunPython(add_permissions, migrations.RunPython.noop)]
