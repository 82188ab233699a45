"""The schedule of the list of issuers, the operator's own from then on; and who uploads lists of issues uploads this one too."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

NAME = "EDINET コード一覧の取得"
DESCRIPTION = (
    "EDINET のデータソースが有効なら、毎朝確かめ、前回から 1 週間たっていればコード一覧を取得します。"
    "変わっていなければ取り込みません。"
)


def add_schedule(apps, schema_editor):
    """A schedule of that name that exists already is left as it is."""
    crontab, _ = apps.get_model("django_celery_beat", "CrontabSchedule").objects.get_or_create(
        minute="40", hour="6", day_of_month="*", month_of_year="*", day_of_week="*", timezone="Asia/Tokyo"
    )
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name=NAME,
        defaults={
            "task": "syncjobs.tasks.refresh_issuers", "crontab": crontab, "description": DESCRIPTION,
            "expire_seconds": 43200,
        },
    )  # fmt: skip


def add_permission(apps, schema_editor):
    # Permissions are otherwise created after all migrations, too late for this one.
    config = apps.get_app_config("syncjobs")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    permission = apps.get_model("auth", "Permission").objects.get(
        content_type__app_label="syncjobs", codename="view_issuerlistupload"
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=["operator", "administrator"]):
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("syncjobs", "0016_validate_kinds_of_runs"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
        ("datasources", "0006_edinet_source"),
    ]

    operations = [
        migrations.RunPython(add_schedule, migrations.RunPython.noop),
        migrations.RunPython(add_permission, migrations.RunPython.noop),
    ]
