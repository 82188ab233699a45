"""An operator's way from a key to a list that keeps itself current."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from companies.listed_issue import ListedIssue
from tests.e2e.conftest import APRIL, MAY, take_picture
from tests.e2e.products import Product
from tests.fakes.jquants import API_KEY, FakeJquants

pytestmark = pytest.mark.e2e

JUNE = date(2024, 6, 28)
SOURCES, RUNS = "/admin/datasources/datasource/", "/admin/syncjobs/syncrun/"


@pytest.fixture(scope="module")
def fake(issues: list[ListedIssue]) -> Iterator[FakeJquants]:
    """Slow enough that a person sees the progress."""
    with FakeJquants(page_rows=500, delay_seconds=0.3) as started:
        started.publish(APRIL, issues)
        started.publish(MAY, issues)
        yield started


def test_a_key_is_entered_tested_and_synchronised(admin: Page, product: Product, fake: FakeJquants) -> None:
    admin.goto(f"{SOURCES}add/")
    admin.get_by_label("名称").fill("J-Quants 本番")
    admin.get_by_label("ベース URL").fill(fake.url())
    admin.get_by_label("契約プラン").select_option("unlimited")
    admin.get_by_label("API キー（V2）").fill(API_KEY)
    take_picture(admin, "source-add")
    admin.get_by_role("button", name="保存して編集を続ける").click()

    expect(admin.get_by_text("設定済み（末尾 0123）")).to_be_visible()
    assert API_KEY not in admin.content()
    admin.get_by_role("button", name="接続テスト").click()
    expect(admin.get_by_text("接続できました。認証情報は有効です。").first).to_be_visible()
    take_picture(admin, "source-tested")

    admin.get_by_role("button", name="今すぐ同期").click()
    expect(admin.get_by_text("取得中")).to_be_visible()
    take_picture(admin, "run-progress")
    expect(admin.get_by_text("完了", exact=True)).to_be_visible(timeout=30_000)
    take_picture(admin, "run-completed")

    admin.get_by_role("link", name="2024-05-31 のスナップショットとイベント").click()
    expect(admin.get_by_role("heading", name="この一覧で分かったこと")).to_be_visible()
    admin.goto("/admin/companies/company/?q=1301")
    expect(admin.locator("#result_list")).to_contain_text("極洋ネクスト")
    assert product.get("/api/v1/companies/1301")["company_name"] == "極洋ネクスト"


def test_a_wrong_key_is_explained(admin: Page, fake: FakeJquants) -> None:
    admin.goto(f"{SOURCES}add/")
    admin.get_by_label("名称").fill("まちがい")
    admin.get_by_label("ベース URL").fill(fake.url())
    admin.get_by_label("API キー（V2）").fill("wrong-key-wrong-key")
    admin.get_by_role("button", name="保存して編集を続ける").click()
    admin.get_by_role("button", name="接続テスト").click()

    expect(admin.get_by_text("API キーが正しいか確認してください").first).to_be_visible()
    take_picture(admin, "source-wrong-key")


def test_a_range_is_brought_in_and_its_days_are_shown(admin: Page, fake: FakeJquants) -> None:
    admin.goto(f"{RUNS}add/")
    admin.locator("#id_backfill-source").select_option(label="J-Quants 本番")
    admin.locator("#id_backfill-first").fill("2024-04-01")
    admin.locator("#id_backfill-last").fill("2024-05-31")
    take_picture(admin, "run-start")
    admin.get_by_role("button", name="一括取得を開始").click()

    expect(admin.get_by_text("日ごとの取込中")).to_be_visible()
    expect(admin.get_by_text("完了", exact=True).first).to_be_visible(timeout=30_000)
    expect(admin.get_by_role("link", name="2024-04-30")).to_be_visible()
    expect(admin.get_by_role("link", name="2024-05-31")).to_have_count(0)
    take_picture(admin, "run-backfill")


def test_a_doubtful_list_is_looked_at_and_rejected(admin: Page, fake: FakeJquants, issues: list[ListedIssue]) -> None:
    fake.publish(JUNE, issues[:2000])
    admin.goto(SOURCES)
    admin.get_by_role("link", name="J-Quants 本番").click()
    admin.get_by_role("button", name="今すぐ同期").click()

    expect(admin.get_by_role("heading", name="確認が必要な理由")).to_be_visible(timeout=30_000)
    expect(admin.get_by_role("alert")).to_contain_text("2,000 件しかなく")
    take_picture(admin, "run-review")
    admin.get_by_role("button", name="却下する").click()
    expect(admin.get_by_text("却下しました。何も書き込んでいません。").first).to_be_visible()


def test_the_list_of_runs_follows_what_goes_on(admin: Page, fake: FakeJquants, product: Product) -> None:
    fake.heal()
    admin.goto(RUNS)
    take_picture(admin, "runs")
    started = product.post("/api/v1/companies/sync", {"source": "J-Quants 本番", "date": "2024-05-31"})

    expect(admin.locator("#active-runs progress")).to_be_visible(timeout=10_000)
    take_picture(admin, "runs-active")
    expect(admin.locator("#active-runs progress")).to_have_count(0, timeout=30_000)
    assert product.get(f"/api/v1/companies/sync/runs/{started['sync_id']}")["status"] == "completed"


def test_schedules_are_told_in_japanese(admin: Page) -> None:
    admin.goto("/admin/django_celery_beat/periodictask/")

    expect(admin.get_by_text("月〜金曜日 18:00")).to_be_visible()
    take_picture(admin, "schedules")
    admin.get_by_role("link", name="上場銘柄一覧の同期").click()
    take_picture(admin, "schedule")
    expect(admin.get_by_text("日本時間")).to_be_visible()
