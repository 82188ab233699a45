"""What runs by itself: the schedules that come with the product, in words, and an operator's own."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone, translation
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import ModelEntry

from config.celery import app
from syncjobs.cron_wording import describe_cron

pytestmark = pytest.mark.django_db

SYNC = "上場銘柄一覧の同期"


def form_of(task: PeriodicTask, **changed: str) -> dict[str, str]:
    line = {n: getattr(task.crontab, n) for n in ("minute", "hour", "day_of_week", "day_of_month", "month_of_year")}
    return {"enabled": "on", **line, **changed}


def save(client: Client, task: PeriodicTask, **changed: str) -> Any:
    return client.post(f"/admin/django_celery_beat/periodictask/{task.pk}/change/", form_of(task, **changed))


def test_every_schedule_has_a_task_and_a_description_and_is_at_its_time() -> None:
    app.loader.import_default_modules()
    schedules = {task.name: task for task in PeriodicTask.objects.exclude(crontab=None).select_related("crontab")}

    assert {task.task for task in schedules.values()} <= set(app.tasks)
    assert all(task.description for task in schedules.values())
    assert {name: str(task.crontab).split(" (")[0] for name, task in schedules.items()} == {
        SYNC: "0 18 * * 1-5",
        "トークンの更新": "0 * * * *",
        "株価の更新": "*/30 9-16 * * 1-5",
        "停止した同期の回収": "* * * * *",
        "古い同期記録の削除": "0 4 * * 0",
        "確認されなかったアップロードの削除": "30 3 * * *",
        "EDINET コード一覧の取得": "40 6 * * *",
        "月次の上場銘柄一覧の取得": "20 10 * * 1-5",
        "履歴の検証": "10 3 * * *",
        "古い配信の削除": "40 3 * * *",
        "翌営業日の一覧の取得": "45 17 * * 1-5",
        "翌営業日の一覧の確定": "15 8 * * 1-5",
    }
    assert {str(task.crontab.timezone) for task in schedules.values()} == {"Asia/Tokyo"}


def test_an_operators_own_settings_outlast_another_migration() -> None:
    PeriodicTask.objects.filter(name=SYNC).update(enabled=False)
    import_module("syncjobs.migrations.0004_sync_schedules").add_schedules(apps, None)

    assert PeriodicTask.objects.get(name=SYNC).enabled is False
    assert PeriodicTask.objects.filter(name=SYNC).count() == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("0 18 * * 1-5", "月〜金曜日 18:00"),
        ("0 * * * *", "毎日 毎時 0 分"),
        ("* * * * *", "毎日 毎分"),
        ("*/5 * * * *", "毎日 5 分ごと"),
        ("*/30 9-16 * * 1-5", "月〜金曜日 9〜16 時台 30 分ごと"),
        ("15 9-15 * * *", "毎日 9〜15 時台 毎時 15 分"),
        ("30 3 * * *", "毎日 03:30"),
        ("0 4 * * 0", "日曜日 04:00"),
        ("5 9,18 * * 1,3-5", "月・水〜金曜日 09:05、18:05"),
        ("0 6 1 * *", "毎月 1 日 06:00"),
        ("0 6 * 4 *", "分 0、時 6、日 *、月 4、曜日 *"),
        ("0-30 6 * * mon", "分 0-30、時 6、日 *、月 *、曜日 mon"),
    ],
)
def test_cron_lines_are_told_in_words(line: str, words: str) -> None:
    minute, hour, day, month, weekday = line.split()

    told = describe_cron(
        minute=minute, hour=hour, day_of_month=day, month_of_year=month, day_of_week=weekday
    )  # fmt: skip

    assert told == words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("* * * * *", "Every day, every minute"),
        ("0 * * * *", "Every day, every hour at minute 0"),
        ("*/30 9-16 * * 1-5", "Mon–Fri, every 30 minutes from hour 9 to 16"),
        ("30 3 * * *", "Every day, 03:30"),
        ("0 6 1 * *", "On day 1 of every month, 06:00"),
        ("0 6 * 4 *", "Minute 0, hour 6, day *, month 4, weekday *"),
    ],
)
def test_in_english_they_are_one_sentence(line: str, words: str) -> None:
    minute, hour, day, month, weekday = line.split()
    with translation.override("en"):
        told = describe_cron(
            minute=minute, hour=hour, day_of_month=day, month_of_year=month, day_of_week=weekday
        )  # fmt: skip

    assert told == words


def test_the_list_tells_when_in_words(admin_client: Client) -> None:
    page = admin_client.get("/admin/django_celery_beat/periodictask/").content.decode()

    assert "月〜金曜日 18:00" in page
    assert "celery.backend_cleanup" not in page


def test_an_operator_moves_a_schedule_without_moving_others_of_the_same_time(admin_client: Client) -> None:
    tasks = PeriodicTask.objects.filter(name__in=[SYNC, "停止した同期の回収"])
    shared = PeriodicTask.objects.get(name=SYNC).crontab
    tasks.update(crontab=shared)
    task = PeriodicTask.objects.get(name=SYNC)

    assert save(admin_client, task, hour="19", minute="30").status_code == 302

    task.refresh_from_db()
    assert (task.crontab.minute, task.crontab.hour, task.enabled) == ("30", "19", True)
    assert PeriodicTask.objects.get(name="停止した同期の回収").crontab == shared


def test_a_line_that_cannot_be_read_is_refused_at_its_field(admin_client: Client) -> None:
    task = PeriodicTask.objects.get(name=SYNC)

    page = save(admin_client, task, hour="25", day_of_week="平日").content.decode()

    assert "「25」は使えません。0〜23" in page
    assert "「平日」は使えません" in page
    task.refresh_from_db()
    assert task.crontab.hour == "18"


def test_a_schedule_is_switched_off(admin_client: Client) -> None:
    task = PeriodicTask.objects.get(name=SYNC)
    data = form_of(task)
    del data["enabled"]

    admin_client.post(f"/admin/django_celery_beat/periodictask/{task.pk}/change/", data)

    task.refresh_from_db()
    assert task.enabled is False


def entry_of(task: PeriodicTask) -> ModelEntry:
    """The schedule as beat sees it."""
    task.refresh_from_db()
    return ModelEntry(task, app=app)


def test_moved_to_an_hour_that_has_passed_today_it_waits_for_the_next(admin_client: Client) -> None:
    task = PeriodicTask.objects.get(name=SYNC)
    now = timezone.localtime()
    passed = now - timedelta(minutes=1)
    PeriodicTask.objects.filter(pk=task.pk).update(last_run_at=now - timedelta(days=1))
    changed = {"hour": str(passed.hour), "minute": str(passed.minute), "day_of_week": "*"}

    page = admin_client.post(
        f"/admin/django_celery_beat/periodictask/{task.pk}/change/", form_of(task, **changed), follow=True
    ).content.decode()

    next_run = passed.replace(second=0, microsecond=0) + timedelta(days=1)
    assert f"次回の実行は {next_run:%Y-%m-%d %H:%M} です。" in page
    assert entry_of(task).is_due().is_due is False
    task.refresh_from_db()
    assert task.start_time == next_run
    PeriodicTask.objects.filter(pk=task.pk).update(start_time=now - timedelta(seconds=1))
    assert entry_of(task).is_due().is_due is True, "when the time has come"


def test_switched_on_again_it_does_not_make_up_for_what_passed_meanwhile(admin_client: Client) -> None:
    task = PeriodicTask.objects.get(name=SYNC)
    PeriodicTask.objects.filter(pk=task.pk).update(enabled=False, last_run_at=timezone.now() - timedelta(days=30))
    task.refresh_from_db()

    save(admin_client, task)

    assert entry_of(task).is_due().is_due is False


def test_what_was_saved_without_a_change_is_made_up_for(admin_client: Client) -> None:
    task = PeriodicTask.objects.get(name=SYNC)
    PeriodicTask.objects.filter(pk=task.pk).update(last_run_at=timezone.now() - timedelta(days=8))

    save(admin_client, task)

    assert entry_of(task).is_due().is_due is True


def test_a_day_that_no_year_has_is_refused(admin_client: Client) -> None:
    task = PeriodicTask.objects.get(name=SYNC)

    page = save(admin_client, task, day_of_month="30", month_of_year="2", day_of_week="*").content.decode()

    assert "どの年にもありません" in page


def test_the_page_says_before_saving_when_a_change_holds(admin_client: Client) -> None:
    task = PeriodicTask.objects.get(name=SYNC)
    page = admin_client.get(f"/admin/django_celery_beat/periodictask/{task.pk}/change/").content.decode()

    assert "今日すでに過ぎた時刻に変えても、すぐには実行しません。" in page
    assert "18:00" in page
