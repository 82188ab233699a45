"""The schedule of the housekeeping of uploads: created once, the operator's own from then on."""

from django.db import migrations

TASK = "syncjobs.tasks.discard_stale_uploads"


def add_schedule(apps, schema_editor):
    """Every night at 03:30 JST, unless somebody already has a schedule of that name."""
    crontab, _ = apps.get_model("django_celery_beat", "CrontabSchedule").objects.get_or_create(
        minute="30", hour="3", day_of_week="*", day_of_month="*", month_of_year="*", timezone="Asia/Tokyo"
    )
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name="確認されなかったアップロードの削除", defaults={"task": TASK, "crontab": crontab}
    )


class Migration(migrations.Migration):
    dependencies = [
        ("syncjobs", "0001_list_uploads"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(add_schedule, migrations.RunPython.noop)]
