"""The schedules of the next business day's list: in the evening, and in the morning when it can be revised no more.

Switched on where the list comes as the release before set it up, on weekdays at 18:00. Where an operator moved that schedule or
switched it off they come switched off: when lists come is the operator's to say.
"""

from django.db import migrations

# Name, task, hour, minute, what for.
SCHEDULES = [
    (
        "翌営業日の一覧の取得", "syncjobs.tasks.fetch_next_lists", "17", "45",
        "翌営業日の一覧を前日の夕方に見せるデータソース（J-Quants の Light 以上）から、その一覧を暫定として取り込みます。"
        "提供元の公開は 17:30 ごろです。ほかのデータソースは「上場銘柄一覧の同期」の時刻に取り込みます。",
    ),
    (
        "翌営業日の一覧の確定", "syncjobs.tasks.confirm_lists", "8", "15",
        "前日の夕方に取り込んだ暫定の一覧を、提供元の改訂（08:00 ごろ）のあとでもう一度取得して確定します。"
        "変わっていれば、訂正として取り込みます。",
    ),
]  # fmt: skip
# Text of the release before, and what is true from now on.
OLD, NEW = (
    "有効な J-Quants のデータソースから、その営業日の一覧を取り込みます。届くまで間隔を広げながら試し、"
    "抜けている営業日も契約プランの範囲で補います。",
    "翌営業日の一覧を前日に見せないデータソースから、その営業日の一覧を取り込みます。届くまで間隔を広げながら試し、"
    "抜けている営業日も契約プランの範囲で補います。",
)
_AS_BEFORE = {
    "crontab__minute": "0", "crontab__hour": "18", "crontab__day_of_month": "*", "crontab__month_of_year": "*",
    "crontab__day_of_week": "1-5", "crontab__timezone": "Asia/Tokyo", "enabled": True,
}  # fmt: skip


def add_schedules(apps, schema_editor):
    """A schedule of that name that exists already is left as it is."""
    CrontabSchedule = apps.get_model("django_celery_beat", "CrontabSchedule")
    PeriodicTask = apps.get_model("django_celery_beat", "PeriodicTask")
    daily = PeriodicTask.objects.filter(task="syncjobs.tasks.sync_listings")
    is_as_before = daily.exists() and not daily.exclude(pk__in=daily.filter(**_AS_BEFORE).values("pk")).exists()
    for name, task, hour, minute, description in SCHEDULES:
        line = {"minute": minute, "hour": hour, "day_of_month": "*", "month_of_year": "*", "day_of_week": "1-5"}
        crontab = CrontabSchedule.objects.filter(**line, timezone="Asia/Tokyo").first()
        if crontab is None:
            crontab = CrontabSchedule.objects.create(**line, timezone="Asia/Tokyo")
        PeriodicTask.objects.get_or_create(
            name=name,
            # A message that no worker took within the hour is worth nothing any more.
            defaults={
                "task": task, "crontab": crontab, "description": description, "expire_seconds": 3600,
                "enabled": is_as_before,
            },
        )  # fmt: skip
    daily.filter(description=OLD).update(description=NEW)


class Migration(migrations.Migration):
    dependencies = [
        ("syncjobs", "0024_next_day"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(add_schedules, migrations.RunPython.noop)]
