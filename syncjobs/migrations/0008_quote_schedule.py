"""The schedule of quotes: created once, the operator's own from then on."""

from django.db import migrations

NAME = "株価の更新"
DESCRIPTION = (
    "Yahoo Finance のデータソースが有効なら、設定した規模区分の銘柄の株価を更新します。"
    "株価は 20 分遅れで届くため、終値は 16:00 の回で揃います。"
)


def add_schedule(apps, schema_editor):
    """A schedule of that name that exists already is left as it is."""
    crontab, _ = apps.get_model("django_celery_beat", "CrontabSchedule").objects.get_or_create(
        minute="*/30", hour="9-16", day_of_month="*", month_of_year="*", day_of_week="1-5", timezone="Asia/Tokyo"
    )
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name=NAME,
        # A message that no worker took before the next one is worth nothing any more.
        defaults={
            "task": "syncjobs.tasks.refresh_quotes", "crontab": crontab, "description": DESCRIPTION,
            "expire_seconds": 1500,
        },
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("syncjobs", "0007_quote_runs"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(add_schedule, migrations.RunPython.noop)]
