"""The way to a list that comes by itself without an account: offered on the first page, one click away, and promising no days."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from companies.ledger.snapshots import apply_snapshot
from datasources.models import DataSource
from sign_in.models import RecordedChange
from syncjobs.execution import execute_run
from syncjobs.models import SyncRun
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_codes, make_list
from tests.fakes.jpx import FakeJpx

pytestmark = pytest.mark.django_db

RUNS = "/admin/syncjobs/syncrun/"
OFFER = "アカウントなしで始める（JPX）"


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def signed_in(role: str) -> Client:
    user = User.objects.create_user(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def offered(monthly_source: DataSource) -> DataSource:
    """As it comes with the product: switched off."""
    DataSource.objects.filter(pk=monthly_source.pk).update(is_enabled=False)
    monthly_source.refresh_from_db()
    return monthly_source


def test_the_first_page_offers_it_with_what_it_has_and_its_conditions(
    admin_client: Client, offered: DataSource
) -> None:
    page = text(admin_client.get("/admin/"))

    assert f'<form method="post" action="{RUNS}begin/{offered.pk}/">' in page
    assert OFFER in page
    assert "日ごとの一覧・英語名・信用区分はありません。" in page
    assert "利用の条件は JPX のウェブサイトで確認してください。" in page


def test_one_click_enables_it_fetches_the_list_and_is_written_down(admin_client: Client, offered: DataSource) -> None:
    answer = admin_client.post(f"{RUNS}begin/{offered.pk}/")
    run = SyncRun.objects.get()
    execute_run(run.pk)
    page = text(admin_client.get(f"{RUNS}{run.pk}/change/"))
    first_page = text(admin_client.get("/admin/"))
    offered.refresh_from_db()

    assert answer.headers["Location"] == f"{RUNS}{run.pk}/change/"
    assert offered.is_enabled
    change = RecordedChange.objects.get(subject_model="datasources.datasource")
    assert (change.person, change.values) == ("admin", {"is_enabled": [False, True]})
    assert "全 40 件（新規 40、変更 0、廃止 0）" in page
    assert re.search(
        r"次の一覧は自動で届きます: 毎月、公開されるころから届くまで 月〜金曜日 10:20（次回 \d{4}-\d\d-\d\d 10:20）",
        page,
    )
    assert "はじめの設定" not in first_page


def test_a_second_click_starts_nothing_more(admin_client: Client, offered: DataSource) -> None:
    admin_client.post(f"{RUNS}begin/{offered.pk}/")
    page = text(admin_client.post(f"{RUNS}begin/{offered.pk}/", follow=True))

    assert SyncRun.objects.count() == 1
    assert "すでに実行中です" in page
    assert RecordedChange.objects.count() == 1


def test_who_may_not_change_sources_is_neither_offered_it_nor_let_through(offered: DataSource) -> None:
    client = signed_in("operator")

    assert OFFER not in text(client.get("/admin/"))
    assert client.post(f"{RUNS}begin/{offered.pk}/").status_code == 403
    assert not SyncRun.objects.exists()


def test_a_bookmark_of_the_click_does_nothing(admin_client: Client, offered: DataSource) -> None:
    assert admin_client.get(f"{RUNS}begin/{offered.pk}/").headers["Location"] == RUNS
    offered.refresh_from_db()
    assert not offered.is_enabled


def test_a_source_without_lists_is_not_begun(admin_client: Client) -> None:
    other = DataSource.objects.get(provider="edinet")

    assert admin_client.post(f"{RUNS}begin/{other.pk}/").status_code == 403
    other.refresh_from_db()
    assert not other.is_enabled


def test_its_page_says_what_it_has_and_offers_no_range_of_days(
    admin_client: Client, monthly_source: DataSource
) -> None:
    page = text(admin_client.get(f"/admin/datasources/datasource/{monthly_source.pk}/change/"))

    assert (
        "<strong>取得できるもの</strong> 有効にすると、毎月 1 回、第 3 営業日ごろに公開される前月末の一覧を自動で取得します。"
        in page
    )
    assert "今すぐ同期" in page
    assert "期間の一括取得" not in page
    assert "空欄は公式のアドレスです。" in page


def test_the_page_that_starts_runs_offers_no_range_where_no_source_has_days(
    admin_client: Client, monthly_source: DataSource
) -> None:
    alone = text(admin_client.get(f"{RUNS}add/"))

    assert "毎月の一覧だけのデータソースでは、空欄にします。" in alone
    assert "期間の一括取得" not in alone


@pytest.mark.usefixtures("source")
def test_beside_a_source_of_days_a_range_is_offered_of_that_one_alone(
    admin_client: Client, monthly_source: DataSource
) -> None:
    page = text(admin_client.get(f"{RUNS}add/"))
    _, _, backfill = page.partition("期間の一括取得")

    assert f'<option value="{monthly_source.pk}"' in page
    assert f'<option value="{monthly_source.pk}"' not in backfill


def test_the_first_page_promises_the_next_month_s_list_and_not_the_next_day_s(
    admin_client: Client, monthly_source: DataSource
) -> None:
    apply_snapshot(timezone.localdate(), make_list(make_codes(40)), "jpx")
    told = re.search(r"次回</th><td [^>]*>.*?(\d{4}-\d\d-\d\d) 10:20", text(admin_client.get("/admin/")))

    assert told is not None
    # Today's month's list comes in the next one.
    assert told[1][:7] > f"{timezone.localdate():%Y-%m}"


def test_a_late_list_is_named_by_its_month(admin_client: Client, monthly_source: DataSource) -> None:
    DataSource.objects.update(created_at=timezone.now() - timedelta(days=60))
    apply_snapshot(FEBRUARY, make_list(make_codes(40)), "jpx")
    page = text(admin_client.get(f"{RUNS}state/"))

    assert re.search(r"足りない一覧</th><td [^>]*>\d{4}-\d\d の月末の一覧", page)


def test_a_schedule_that_was_stopped_is_told_of_either_source(
    admin_client: Client, source: DataSource, monthly_source: DataSource
) -> None:
    tasks = PeriodicTask.objects.filter(task__in=["syncjobs.tasks.sync_listings", "syncjobs.tasks.sync_monthly_lists"])
    told = []
    for task in tasks:
        tasks.update(enabled=True)
        PeriodicTask.objects.filter(pk=task.pk).update(enabled=False)
        page = text(admin_client.get(f"{RUNS}state/"))
        told.append(
            f'定期実行が停止されています。 <a class="text-primary-600 dark:text-primary-500 underline" href="/admin/django_celery_beat/periodictask/{task.pk}/change/">'
            in page
        )
    tasks.update(enabled=True)

    assert told == [True, True]
    assert "停止中" not in text(admin_client.get(f"{RUNS}state/"))


def test_the_form_of_accounts_leads_who_has_none_to_it(admin_client: Client, offered: DataSource) -> None:
    page = text(admin_client.get("/admin/datasources/datasource/add/"))

    assert f'href="/admin/datasources/datasource/{offered.pk}/change/">JPX を有効にする</a>' in page


def test_a_fault_is_told_on_the_page_of_the_run_with_what_to_do(
    admin_client: Client, monthly_source: DataSource, jpx: FakeJpx
) -> None:
    jpx.fail("redirect")
    admin_client.post(f"{RUNS}sync-now/{monthly_source.pk}/")
    run = SyncRun.objects.get()
    execute_run(run.pk)
    page = text(admin_client.get(f"{RUNS}{run.pk}/change/"))

    assert "移動先: http://127.0.0.1:1/elsewhere" in page
    assert "「一覧ファイルの取込」から取り込んでください。" in page


def test_what_was_not_understood_stands_beside_the_figures(
    admin_client: Client, monthly_source: DataSource, jpx: FakeJpx
) -> None:
    jpx.publish(MARCH, [[1301.0, "極洋", "新しい市場", 50.0, "水産・農林業", 1.0, "食品", 7.0, "-"]])
    admin_client.post(f"{RUNS}sync-now/{monthly_source.pk}/")
    run = SyncRun.objects.get()
    execute_run(run.pk)
    page = text(admin_client.get(f"{RUNS}{run.pk}/change/"))

    assert "未知の市場・商品区分「新しい市場」が 1 件あります。" in page
    assert "全 1 件（新規 1、変更 0、廃止 0）" in page
