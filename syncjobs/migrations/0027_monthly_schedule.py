"""The schedule of lists that come once a month, the operator's own from then on."""

from django.db import migrations

NAME = "月次の上場銘柄一覧の取得"
DESCRIPTION = (
    "毎月の一覧を公開する提供元（JPX）のデータソースが有効なら、第 3 営業日ごろから、前月末の一覧が届くまで確かめて取り込みます。"
    "届いたあとは、翌月まで問い合わせません。"
)


def add_schedule(apps, schema_editor):
    """A schedule of that name that exists already is left as it is."""
    # It is out at nine; not at a full hour, at which everybody asks.
    crontab, _ = apps.get_model("django_celery_beat", "CrontabSchedule").objects.get_or_create(
        minute="20", hour="10", day_of_month="*", month_of_year="*", day_of_week="1-5", timezone="Asia/Tokyo"
    )
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name=NAME,
        defaults={
            "task": "syncjobs.tasks.sync_monthly_lists", "crontab": crontab, "description": DESCRIPTION,
            "expire_seconds": 43200,
        },
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("syncjobs", "0026_roles_see_calendar"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
        ("datasources", "0009_jpx_source"),
    ]

    operations = [migrations.RunPython(add_schedule, migrations.RunPython.noop)]
