"""The history is proven every night; who sees the revisions sees what came of it."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

NAME = "履歴の検証"
DESCRIPTION = "保存されている履歴が一覧から導いたものと一致するかを、毎晩、前回の検証の続きから確かめます。"


def add_schedule(apps, schema_editor):
    """A schedule of that name that exists already is left as it is."""
    crontab, _ = apps.get_model("django_celery_beat", "CrontabSchedule").objects.get_or_create(
        minute="10", hour="3", day_of_month="*", month_of_year="*", day_of_week="*", timezone="Asia/Tokyo"
    )
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name=NAME,
        # Taken late it still comes before the morning's work.
        defaults={
            "task": "syncjobs.tasks.prove_history", "crontab": crontab, "description": DESCRIPTION, "expire_seconds": 10800,
        },
    )  # fmt: skip


def add_permission(apps, schema_editor):
    # Permissions are otherwise created after all migrations, too late for this one.
    config = apps.get_app_config("companies")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    permission = apps.get_model("auth", "Permission").objects.get(
        content_type__app_label="companies", codename="view_historyproof"
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=["analyst", "operator", "administrator"]):
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("syncjobs", "0021_roles_own_keys"),
        ("companies", "0025_history_proofs"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [
        migrations.RunPython(add_schedule, migrations.RunPython.noop),
        migrations.RunPython(add_permission, migrations.RunPython.noop),
    ]
