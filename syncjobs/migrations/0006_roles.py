"""The three roles of people. Created once; from then on they are the administrators' own."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

_READ = [
    "companies.view_company", "companies.view_listingevent", "companies.view_listingsnapshot", "companies.export_company",
    "masters.view_market", "masters.view_sector17", "masters.view_sector33",
]  # fmt: skip
_OPERATE = [
    "syncjobs.view_syncrun", "syncjobs.operate_sync", "syncjobs.view_listupload", "syncjobs.import_list",
    "django_celery_beat.view_periodictask", "django_celery_beat.change_periodictask", "datasources.view_datasource",
]  # fmt: skip
_ADMINISTER = [
    "datasources.add_datasource", "datasources.change_datasource", "datasources.delete_datasource",
    "api.view_apikey", "api.add_apikey", "api.change_apikey", "auth.view_user", "auth.add_user", "auth.change_user",
    "auth.view_group", "masters.change_market", "masters.change_sector17", "masters.change_sector33",
]  # fmt: skip

ROLES = {
    "analyst": _READ,
    "operator": [*_READ, *_OPERATE],
    "administrator": [*_READ, *_OPERATE, *_ADMINISTER],
}


def add_roles(apps, schema_editor):
    # Permissions are otherwise created after all migrations, too late for these.
    for label in ("companies", "masters", "syncjobs", "django_celery_beat", "datasources", "api", "auth"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    permissions = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in apps.get_model("auth", "Permission").objects.select_related("content_type")
    }
    for name, wanted in ROLES.items():
        group, is_new = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        if is_new:
            group.permissions.set([permissions[one] for one in wanted])


class Migration(migrations.Migration):
    dependencies = [
        ("syncjobs", "0005_generation_trigger"),
        ("companies", "0004_export_permission"),
        ("masters", "0003_generation_triggers"),
        ("api", "0002_data_generations"),
        ("datasources", "0001_data_sources"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(add_roles, migrations.RunPython.noop)]
