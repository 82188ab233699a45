"""Who follows companies may be told of them elsewhere; administrators see where everybody is told, and may stop it."""

from django.contrib.auth.management import create_permissions
from django.db import migrations


def add_permissions(apps, schema_editor):
    # Permissions are otherwise created after all migrations, too late for this one.
    config = apps.get_app_config("subscriptions")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="subscriptions")
    own = permissions.filter(content_type__model__in=["destination", "subscription"]).exclude(
        codename__startswith="oversee"
    )
    seen = permissions.filter(codename="view_delivery")
    groups = apps.get_model("auth", "Group").objects
    for group in groups.filter(name__in=["analyst", "operator", "administrator"]):
        group.permissions.add(*own, *seen)
    for group in groups.filter(name="administrator"):
        group.permissions.add(*permissions.filter(codename="oversee_destination"))


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0004_outbox_triggers")]

    operations = [migrations.RunPython(add_permissions, migrations.RunPython.noop)]
