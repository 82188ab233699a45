"""What the schedules of synchronisation say of themselves, where it is still the text that came with them."""

from django.db import migrations

# Task, old text, new text.
CHANGED = [
    (
        "syncjobs.tasks.sync_listings",
        "有効な J-Quants のデータソースから最新の一覧を取り込みます。翌営業日の一覧は 17:30 以降に公開されます。",
        "有効な J-Quants のデータソースから、その営業日の一覧を取り込みます。届くまで間隔を広げながら試し、"
        "抜けている営業日も契約プランの範囲で補います。",
    ),
    (
        "syncjobs.tasks.reap_lost_runs",
        "ワーカーの停止で途切れた同期を失敗として記録し、一度だけ再試行します。",
        "ワーカーの停止で途切れた同期を失敗として記録し、間隔を広げながら 1 日のあいだ再試行します。",
    ),
]


def change_descriptions(apps, schema_editor):
    """A handful of rows."""
    tasks = apps.get_model("django_celery_beat", "PeriodicTask").objects
    for task, old, new in CHANGED:
        tasks.filter(task=task, description=old).update(description=new)


class Migration(migrations.Migration):
    dependencies = [
        ("syncjobs", "0011_expected_lists"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(change_descriptions, migrations.RunPython.noop)]
