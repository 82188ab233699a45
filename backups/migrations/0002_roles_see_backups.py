from django.contrib.auth.management import create_permissions
from django.db import migrations


def let_operators_see_backups(apps, schema_editor):
    # Permissions are otherwise created after all migrations, too late for these.
    config = apps.get_app_config("backups")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    permission = apps.get_model("auth", "Permission").objects.get(
        content_type__app_label="backups", codename="view_backuprecord"
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=("operator", "administrator")):
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("backups", "0001_backup_records"),
        # Where the roles are made.
        ("syncjobs", "0006_roles"),
    ]

    operations = [migrations.RunPython(let_operators_see_backups, migrations.RunPython.noop)]
