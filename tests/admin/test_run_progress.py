"""What the pages say of a run that goes on, and of one that has ended: what it waits for, what comes next, what changed."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from companies.ledger.snapshots import apply_snapshot
from datasources.models import DataSource
from datasources.waits import TURN, telling_wait
from syncjobs.execution import execute_run
from syncjobs.models import ExpectedList, SyncRun
from syncjobs.runs import claim_run, start_backfill, start_listing_run
from syncjobs.schedule_times import find_sync_task
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_issue
from tests.fakes.jquants import FakeJquants

pytestmark = pytest.mark.django_db

RUNS = "/admin/syncjobs/syncrun/"


def text(response: Any) -> str:
    return str(response.content.decode())


def live(client: Client, run: SyncRun) -> str:
    return text(client.get(f"{RUNS}{run.pk}/live/"))


def page_of(client: Client, run: SyncRun) -> str:
    return text(client.get(f"{RUNS}{run.pk}/change/"))


@pytest.fixture
def running(source: DataSource) -> SyncRun:
    run = start_listing_run(source, requested_by="test")
    claimed = claim_run(run.pk)
    assert claimed is not None
    SyncRun.objects.update(phase="fetching", done=2000, total=4400)
    return claimed


def test_a_run_that_waits_for_its_turn_says_so_and_for_how_long(
    admin_client: Client, running: SyncRun, source: DataSource
) -> None:
    DataSource.objects.filter(pk=source.pk).update(plan="free")
    with telling_wait(source, 41.5, code=TURN):
        told = [live(admin_client, running), text(admin_client.get(RUNS)), text(admin_client.get("/admin/"))]

    # Of the 41.5 seconds some pass until a page is made.
    sentence = "毎分 5 回の上限まで送ったため、次に送れるまで待っています。約 [1-4][0-9] 秒後に続けます。"
    assert [len(re.findall(sentence, page)) > 0 for page in told] == [True, True, True]
    assert "待っています" not in live(admin_client, running)


def test_a_run_that_is_about_to_ask_again_says_why(admin_client: Client, running: SyncRun, source: DataSource) -> None:
    with telling_wait(source, 41.5, code="TIMEOUT", message="J-Quants から時間内に応答がありません。"):
        page = live(admin_client, running)

    assert re.search("J-Quants から時間内に応答がありません。 約 [1-4][0-9] 秒後に、自動でもう一度試します。", page)


def test_a_bar_tells_how_far_only_where_that_is_known(admin_client: Client, running: SyncRun) -> None:
    known = live(admin_client, running)
    SyncRun.objects.update(done=2000, total=0)
    unknown = live(admin_client, running)
    SyncRun.objects.update(phase="applying", done=4400, total=4400)
    applying = live(admin_client, running)

    assert 'value="40"' in known
    assert "取得中 2,000 / 約 4,400 件" in known
    assert ['max="100" value' in page for page in (unknown, applying)] == [False, False]
    assert "取得中 2,000 件" in unknown
    assert "反映中 4,400 件" in applying


def test_a_run_that_no_worker_takes_says_so(admin_client: Client, source: DataSource) -> None:
    run = start_listing_run(source, requested_by="test")
    at_first = live(admin_client, run)
    SyncRun.objects.update(enqueued_at=timezone.now() - timedelta(seconds=30))

    assert "ワーカーが受け取るのを待っています。" in at_first
    assert "ワーカーがまだ受け取っていません。" in live(admin_client, run)


def test_a_range_that_stopped_goes_on_where_it_stopped_and_says_so(
    admin_client: Client, source: DataSource, jquants: FakeJquants
) -> None:
    run = start_backfill(source, first=FEBRUARY, last=MARCH, requested_by="test")
    execute_run(run.pk)
    whole = page_of(admin_client, run)
    SyncRun.objects.filter(pk=run.pk).update(status="failed", error_code="TIMEOUT", error_message="応答がありません。")
    stopped = page_of(admin_client, run)

    assert "もう一度実行する</button>" in whole
    assert "取り込み済みの日は飛ばし、まだない日だけを取得します。" in whole
    assert "続きから実行する</button>" in stopped
    assert "取り込んだ 2 日はそのまま残り、止まったところから続けます。" in stopped


def test_a_day_that_is_tried_again_by_itself_says_when(admin_client: Client, source: DataSource) -> None:
    now = timezone.now()
    run = SyncRun.objects.create(
        source=source, status="failed", completed_at=now, requested_by="定期実行", requested_date=MARCH,
        error_message="応答がありません。",
    )  # fmt: skip
    ExpectedList.objects.create(source=source, day=MARCH, due_at=now, next_attempt_at=now, last_run=run)

    at = timezone.localtime(now).strftime("%Y-%m-%d %H:%M")
    assert f"{at} に、自動でもう一度試します。" in page_of(admin_client, run)


def test_the_first_list_of_a_service_after_files_says_what_its_changes_are(
    admin_client: Client, source: DataSource, jquants: FakeJquants
) -> None:
    issues = list(jquants.lists[FEBRUARY])
    files = [replace(issue, company_name_english=None) for issue in issues]
    apply_snapshot(FEBRUARY, files, "jpx")
    run = start_listing_run(source, day=MARCH, requested_by="test")
    execute_run(run.pk)
    page = page_of(admin_client, run)

    assert "変更 40 件の内訳" in page
    assert "それまで分からなかった項目が入ったもの: 英語名 39 件（上場イベントにはなりません）" in page
    assert "値が変わったもの: 銘柄名 1 件" in page


def test_a_list_that_changed_nothing_has_nothing_to_break_down(
    admin_client: Client, source: DataSource, jquants: FakeJquants
) -> None:
    run = start_listing_run(source, requested_by="test")
    execute_run(run.pk)

    assert "の内訳" not in page_of(admin_client, run)


def test_the_first_list_leads_on_to_the_schedule_and_no_other_does(
    admin_client: Client, source: DataSource, jquants: FakeJquants
) -> None:
    first = start_listing_run(source, day=FEBRUARY, requested_by="test")
    execute_run(first.pk)
    led_on = page_of(admin_client, first)
    second = start_listing_run(source, day=MARCH, requested_by="test")
    execute_run(second.pk)

    assert "次の一覧は自動で届きます: 月〜金曜日 17:45、月〜金曜日 08:15（次回 " in led_on
    assert "次の一覧は自動で届きます" not in page_of(admin_client, second)


def test_the_first_page_says_why_the_last_run_failed(
    admin_client: Client, source: DataSource, jquants: FakeJquants
) -> None:
    jquants.fail("plan")
    run = start_listing_run(source, requested_by="test")
    execute_run(run.pk)
    run.refresh_from_db()

    assert run.error_message.split("。")[0] + "。" in text(admin_client.get("/admin/"))


def test_a_source_that_failed_says_why_on_the_first_page(admin_client: Client, source: DataSource) -> None:
    DataSource.objects.filter(pk=source.pk).update(
        last_checked_at=timezone.now(), last_check_code="TIMEOUT", last_check_message="時間切れです。ほかの文。"
    )

    page = text(admin_client.get(f"{RUNS}state/"))
    assert "時間切れです。</td>" in page


def test_an_old_list_is_a_warning_with_the_way_to_a_new_one(admin_client: Client, source: DataSource) -> None:
    apply_snapshot(FEBRUARY, [make_issue()], "jpx")

    page = text(admin_client.get(f"{RUNS}state/"))
    assert "日前の一覧です" in page
    assert "古い" in page
    assert f'href="{RUNS}add/"' in page


@pytest.mark.parametrize(
    ("what", "why"), [("schedule", "定期実行が停止されています。"), ("source", "データソースが無効です。")]
)
def test_what_has_been_stopped_is_seen(what: str, why: str, admin_client: Client, source: DataSource) -> None:
    from_the_start = text(admin_client.get(f"{RUNS}state/"))
    if what == "schedule":
        admin_client.post(
            f"/admin/django_celery_beat/periodictask/{schedule_id()}/change/", {"times": "18:00", **line()}
        )
    else:
        DataSource.objects.filter(pk=source.pk).update(is_enabled=False)

    page = text(admin_client.get(f"{RUNS}state/"))
    assert "停止中" not in from_the_start
    assert "停止中" in page
    assert why in page
    assert "再開する" in page


def schedule_id() -> int:
    task = find_sync_task()
    assert task is not None
    return int(task.pk)


def line() -> dict[str, Any]:
    """The form of the schedule as it comes, switched off."""
    return {
        "days": ["1", "2", "3", "4", "5"], "minute": "0", "hour": "18", "day_of_week": "1-5", "day_of_month": "*",
        "month_of_year": "*",
    }  # fmt: skip
