"""Deliveries are forgotten after 30 days, every night; an operator may put that off."""

from django.db import migrations

NAME = "古い配信の削除"
DESCRIPTION = "30 日より前の配信を、試行の記録とともに削除します。"


def add_schedule(apps, schema_editor):
    """A schedule of that name that exists already is left as it is."""
    crontab, _ = apps.get_model("django_celery_beat", "CrontabSchedule").objects.get_or_create(
        minute="40", hour="3", day_of_month="*", month_of_year="*", day_of_week="*", timezone="Asia/Tokyo"
    )
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name=NAME,
        # A message that no worker took within the hour is worth nothing any more: the next night does it.
        defaults={
            "task": "subscriptions.tasks.purge_deliveries", "crontab": crontab, "description": DESCRIPTION, "expire_seconds": 3600,
        },
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("subscriptions", "0007_told_differences"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(add_schedule, migrations.RunPython.noop)]
