"""The two schedules of the next business day's list: on where lists came as the release before set it up, off where somebody had decided."""

from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from datasources.models import DataSource
from syncjobs.schedule_times import DAY, EVENING, MORNING, find_sync_task, next_sync_at

pytestmark = pytest.mark.django_db
migration = import_module("syncjobs.migrations.0025_next_day_schedules")


def migrate() -> dict[str, tuple[str, bool]]:
    """As on an installation of the release before."""
    PeriodicTask.objects.filter(task__in=(EVENING, MORNING)).delete()
    migration.add_schedules(apps, None)
    tasks = PeriodicTask.objects.filter(task__in=(DAY, EVENING, MORNING)).select_related("crontab")
    return {task.task.rsplit(".", 1)[1]: (str(task.crontab).split(" (")[0], task.enabled) for task in tasks}


def test_an_installation_as_it_came_gets_them_switched_on() -> None:
    assert migrate() == {
        "sync_listings": ("0 18 * * 1-5", True),
        "fetch_next_lists": ("45 17 * * 1-5", True),
        "confirm_lists": ("15 8 * * 1-5", True),
    }
    (task,) = PeriodicTask.objects.filter(task=DAY)
    assert task.description == migration.NEW


def test_what_an_operator_moved_stays_and_they_come_switched_off() -> None:
    line = {"minute": "30", "hour": "19", "day_of_week": "1-5", "day_of_month": "*", "month_of_year": "*"}
    PeriodicTask.objects.filter(task=DAY).update(
        crontab=CrontabSchedule.objects.create(**line, timezone="Asia/Tokyo"), description="夜に取り込みます。"
    )

    assert migrate() == {
        "sync_listings": ("30 19 * * 1-5", True),
        "fetch_next_lists": ("45 17 * * 1-5", False),
        "confirm_lists": ("15 8 * * 1-5", False),
    }
    assert PeriodicTask.objects.get(task=DAY).description == "夜に取り込みます。"


def test_where_lists_were_switched_off_nothing_comes_by_itself_now_either() -> None:
    PeriodicTask.objects.filter(task=DAY).update(enabled=False)

    assert {enabled for _, enabled in migrate().values()} == {False}


def test_migrating_twice_leaves_what_an_operator_changed_since(source: DataSource) -> None:
    PeriodicTask.objects.filter(task=EVENING).update(enabled=False)
    migration.add_schedules(apps, None)

    assert PeriodicTask.objects.filter(task__in=(EVENING, MORNING)).count() == 2
    assert find_sync_task(EVENING).enabled is False  # type: ignore[union-attr]


def test_the_page_of_each_schedule_says_its_times_in_words_and_which_sources_it_is_for(
    admin_client: Client, source: DataSource
) -> None:
    def page(name: str) -> str:
        task = PeriodicTask.objects.get(task=name)
        return admin_client.get(
            reverse("admin:django_celery_beat_periodictask_change", args=[task.pk])
        ).content.decode()

    DataSource.objects.filter(pk=source.pk).update(plan="light")
    assert "月〜金曜日 17:45" in page(EVENING)
    assert "<div>J-Quants v2: 対象です</div>" in page(EVENING)
    assert "月〜金曜日 08:15" in page(MORNING)
    assert "対象外（翌営業日の一覧を、前日の夕方に取り込みます）" in page(DAY)

    DataSource.objects.filter(pk=source.pk).update(plan="free")
    assert "対象外（契約プランでは、翌営業日の一覧を前日に取得できません）" in page(EVENING)
    assert "<div>J-Quants v2: 対象です</div>" in page(DAY)
    assert "J-Quants v2:" not in page("syncjobs.tasks.renew_tokens")


def test_what_comes_next_is_what_comes_for_a_source_that_is_there(source: DataSource, admin_client: Client) -> None:
    DataSource.objects.filter(pk=source.pk).update(plan="free")
    assert f"{timezone.localtime(next_sync_at([DAY])):%Y-%m-%d %H:%M}" in admin_client.get("/admin/").content.decode()

    DataSource.objects.filter(pk=source.pk).update(plan="light")
    following = next_sync_at([EVENING, MORNING])
    assert f"{timezone.localtime(following):%Y-%m-%d %H:%M}" in admin_client.get("/admin/").content.decode()
    assert timezone.localtime(following).strftime("%H:%M") in ("17:45", "08:15")
