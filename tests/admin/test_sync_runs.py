"""Runs in the admin: started, followed, decided on."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from datasources.models import DataSource
from syncjobs.execution import execute_run
from syncjobs.models import SyncRun
from syncjobs.runs import claim_run, start_backfill, start_listing_run
from tests.conftest import FEBRUARY, MARCH
from tests.fakes.jquants import FakeJquants

pytestmark = pytest.mark.django_db

RUNS, START = "/admin/syncjobs/syncrun/", "/admin/syncjobs/syncrun/add/"


def text(response: Any) -> str:
    return str(response.content.decode())


def page_of(client: Client, run: SyncRun) -> str:
    return text(client.get(f"{RUNS}{run.pk}/change/"))


def act(client: Client, run: SyncRun, what: str) -> str:
    return text(client.post(f"{RUNS}{run.pk}/{what}/", follow=True))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_sync_now_starts_a_run_and_leads_to_its_page(admin_client: Client, source: DataSource) -> None:
    page = text(admin_client.post(f"{RUNS}sync-now/{source.pk}/", follow=True))
    run = SyncRun.objects.get()

    assert run.requested_by == "管理画面: admin"
    assert "待機中" in page
    assert f'hx-get="{RUNS}{run.pk}/live/"' in page


def test_the_page_follows_a_run_and_stops_asking_when_it_ended(admin_client: Client, source: DataSource) -> None:
    run = start_listing_run(source, requested_by="test")
    claim_run(run.pk)
    SyncRun.objects.update(phase="fetching", done=2000, total=4400)
    going_on = text(admin_client.get(f"{RUNS}{run.pk}/live/"))
    SyncRun.objects.update(status="completed", phase="ended", completed_at=timezone.now(), total_companies=4400,
                           new_companies=3, updated_companies=2, deactivated_companies=1)  # fmt: skip
    ended = text(admin_client.get(f"{RUNS}{run.pk}/live/"))

    assert "取得中 2,000 / 約 4,400 件" in going_on
    assert 'hx-trigger="every 1s"' in going_on
    assert "全 4,400 件（新規 3、変更 2、廃止 1）" in ended
    assert "hx-trigger" not in ended


def test_the_list_shows_what_is_going_on_and_reloads_when_that_changes(
    admin_client: Client, source: DataSource
) -> None:
    run = start_listing_run(source, requested_by="test")

    same = admin_client.get(f"{RUNS}active/?known={run.pk}")
    other = admin_client.get(f"{RUNS}active/?known=")

    assert "一覧の同期（最新）" in text(same)
    assert "HX-Refresh" not in same.headers
    assert other.headers["HX-Refresh"] == "true"
    assert "一覧の同期（最新）" in text(admin_client.get(RUNS))


def test_a_second_start_leads_to_the_run_that_is_going_on(admin_client: Client, source: DataSource) -> None:
    run = start_listing_run(source, requested_by="test")

    answer = admin_client.post(f"{RUNS}sync-now/{source.pk}/", follow=True)

    assert answer.redirect_chain[0][0].endswith(f"{run.pk}/change/")
    assert "がすでに実行中です" in text(answer)


def test_a_list_of_a_day_and_a_range_are_started_by_their_forms(admin_client: Client, source: DataSource) -> None:
    admin_client.post(START, {"sync": "", "sync-source": source.pk, "sync-day": "2024-03-29", "sync-force": "on"})
    run = SyncRun.objects.get()
    assert (run.kind, run.requested_date, run.is_forced) == ("listing", MARCH, True)
    act(admin_client, run, "cancel")

    days = {"backfill-first": "2024-02-01", "backfill-last": "2024-03-29"}
    admin_client.post(START, {"backfill": "", "backfill-source": source.pk, **days})
    run = SyncRun.objects.get(kind="backfill")
    assert (run.requested_date, run.range_end) == (date(2024, 2, 1), MARCH)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"sync": "", "sync-day": "2007-01-01"}, "2008-05-07 から今日"),
        ({"sync": "", "sync-day": "きのう"}, "日付を正しく入力してください"),
        ({"backfill": "", "backfill-first": "2024-03-02", "backfill-last": "2024-03-01"}, "始まり以降の日"),
        ({"backfill": "", "backfill-first": "2024-03-02", "backfill-last": "2999-03-01"}, "2008-05-07 から今日"),
        ({"backfill": ""}, "この項目は必須です"),
    ],
)
def test_days_that_cannot_be_are_refused_at_their_field(
    data: dict[str, str], words: str, admin_client: Client, source: DataSource
) -> None:
    page = text(admin_client.post(START, {"sync-source": source.pk, "backfill-source": source.pk, **data}))

    assert words in page
    assert SyncRun.objects.count() == 0


@pytest.mark.parametrize("query", ["source=99999", "source=x", "day=2024-03-29"])
def test_what_a_link_to_the_form_asks_for_and_cannot_be_is_named(
    query: str, admin_client: Client, source: DataSource
) -> None:
    assert f"「{query.partition('=')[0]}」" in text(admin_client.get(f"{START}?{query}"))
    assert "」という" not in text(admin_client.get(f"{START}?source={source.pk}"))


def test_without_a_source_the_way_to_one_is_shown(admin_client: Client) -> None:
    assert "先に登録してください" in text(admin_client.get(START))


def test_what_cannot_be_a_list_cannot_be_approved(
    admin_client: Client, source: DataSource, jquants: FakeJquants
) -> None:
    jquants.fail("duplicates")
    run = start_listing_run(source, requested_by="test")
    execute_run(run.pk)
    page = page_of(admin_client, run)

    assert "承認できません。取得元を確認して" in page
    assert "承認して取り込む" not in page
    assert "承認できません" in act(admin_client, run, "approve")


def test_a_failed_run_can_be_started_again(admin_client: Client, source: DataSource, jquants: FakeJquants) -> None:
    jquants.fail("plan")
    run = start_listing_run(source, day=MARCH, requested_by="test")
    execute_run(run.pk)
    assert "契約プランの対象外" in page_of(admin_client, run)

    act(admin_client, run, "repeat")

    again = SyncRun.objects.exclude(pk=run.pk).get()
    assert (again.status, again.requested_date) == ("queued", MARCH)


def test_a_backfill_shows_its_days(admin_client: Client, source: DataSource, jquants: FakeJquants) -> None:
    run = start_backfill(source, first=FEBRUARY, last=MARCH, requested_by="test")
    execute_run(run.pk)
    page = page_of(admin_client, run)

    assert "日ごとの結果" in page
    assert page.index(">2024-03-29</a>") < page.index(">2024-02-29</a>")
    assert "全 40 件（新規 40、変更 0、廃止 0）" in page
    assert page_of(admin_client, run.children.get(requested_date=MARCH)).count("この日を含む一括取得") == 1
    act(admin_client, run, "repeat")
    assert SyncRun.objects.filter(kind="backfill", status="queued", range_end=MARCH).count() == 1


def test_a_run_that_is_not_there_leads_back(admin_client: Client, source: DataSource) -> None:
    missing = "00000000-0000-0000-0000-000000000000"

    assert admin_client.get(f"{RUNS}{missing}/change/").status_code == 302
    assert admin_client.get(f"{RUNS}{missing}/live/").status_code == 404
