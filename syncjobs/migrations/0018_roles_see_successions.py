"""Who sees companies sees what came after what, and operators decide, in the roles as they were made; others are their owners' own."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

_ROLES = {
    "view_succession": ["analyst", "operator", "administrator"],
    "decide_succession": ["operator", "administrator"],
}


def add_permissions(apps, schema_editor):
    # Permissions are otherwise created after all migrations, too late for this one.
    config = apps.get_app_config("companies")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    for codename, roles in _ROLES.items():
        permission = apps.get_model("auth", "Permission").objects.get(
            content_type__app_label="companies", codename=codename
        )
        for group in apps.get_model("auth", "Group").objects.filter(name__in=roles):
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("syncjobs", "0017_issuer_schedule"), ("companies", "0022_issuers_are_told")]

    operations = [migrations.RunPython(add_permissions, migrations.RunPython.noop)]
