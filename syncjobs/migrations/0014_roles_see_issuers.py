"""Who sees companies sees who stands behind them, in the roles as they were made; others are their owners' own."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

_SEEN = ["issuer", "issuerlist", "officialdate", "companyidentifier", "succession"]


def add_permissions(apps, schema_editor):
    # Permissions are otherwise created after all migrations, too late for this one.
    config = apps.get_app_config("companies")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="companies", codename__in=[f"view_{model}" for model in _SEEN]
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=["analyst", "operator", "administrator"]):
        group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [("syncjobs", "0013_roles_see_revisions"), ("companies", "0022_issuers_are_told")]

    operations = [migrations.RunPython(add_permissions, migrations.RunPython.noop)]
