"""The schedules of synchronisation: created once, the operator's own from then on."""

from django.db import migrations

# Name, task, minute, hour, day of the month, month, day of the week (cron), what for.
SCHEDULES = [
    (
        "上場銘柄一覧の同期", "syncjobs.tasks.sync_listings", ("0", "18", "*", "*", "1-5"),
        "有効な J-Quants のデータソースから最新の一覧を取り込みます。翌営業日の一覧は 17:30 以降に公開されます。",
    ),
    (
        "トークンの更新", "syncjobs.tasks.renew_tokens", ("0", "*", "*", "*", "*"),
        "API V1 の ID トークンを、期限が切れる前に更新します。",
    ),
    (
        "停止した同期の回収", "syncjobs.tasks.reap_lost_runs", ("*", "*", "*", "*", "*"),
        "ワーカーの停止で途切れた同期を失敗として記録し、一度だけ再試行します。",
    ),
    (
        "古い同期記録の削除", "syncjobs.tasks.purge_old_runs", ("0", "4", "*", "*", "0"),
        "1 年以上前に終わった同期の記録を削除します。取り込んだ一覧と履歴は残ります。",
    ),
]  # fmt: skip


def add_schedules(apps, schema_editor):
    """A schedule of that name that exists already is left as it is."""
    CrontabSchedule = apps.get_model("django_celery_beat", "CrontabSchedule")
    PeriodicTask = apps.get_model("django_celery_beat", "PeriodicTask")
    for name, task, (minute, hour, day, month, weekday), description in SCHEDULES:
        crontab, _ = CrontabSchedule.objects.get_or_create(
            minute=minute, hour=hour, day_of_month=day, month_of_year=month, day_of_week=weekday, timezone="Asia/Tokyo"
        )
        PeriodicTask.objects.get_or_create(
            name=name,
            # A message that no worker took within the hour is worth nothing any more.
            defaults={"task": task, "crontab": crontab, "description": description, "expire_seconds": 3600},
        )
    PeriodicTask.objects.filter(name="確認されなかったアップロードの削除", description="").update(
        description="差分を確認しただけで 1 日置かれたファイルの内容を削除します。"
    )


class Migration(migrations.Migration):
    dependencies = [("syncjobs", "0003_sync_runs")]

    operations = [migrations.RunPython(add_schedules, migrations.RunPython.noop)]
