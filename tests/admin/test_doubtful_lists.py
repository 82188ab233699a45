"""A doubtful list in the admin: rejected by default, taken only by who has counted and says why."""

import csv
import io
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from companies.ledger.snapshots import apply_snapshot
from companies.models import Company, ListingSnapshot
from datasources.models import DataSource
from syncjobs.execution import execute_run
from syncjobs.models import ListUpload, SyncRun
from syncjobs.runs import start_listing_run
from tests.conftest import FEBRUARY, MARCH
from tests.datasources.test_jpx_listing import ETF, KYOKUYO, csv_of
from tests.factories import make_issue
from tests.fakes.jquants import FakeJquants

pytestmark = pytest.mark.django_db

RUNS, UPLOADS = "/admin/syncjobs/syncrun/", "/admin/syncjobs/listupload/"
RIGHT = {"delisted": "20", "reason": "取引所に確認済み"}


@pytest.fixture
def reviewed(source: DataSource, jquants: FakeJquants) -> SyncRun:
    """February's list is applied; half of March's waits for a decision."""
    jquants.latest = FEBRUARY
    execute_run(start_listing_run(source, requested_by="test").pk)
    jquants.latest = MARCH
    jquants.fail("truncated")
    run = start_listing_run(source, requested_by="test")
    execute_run(run.pk)
    return run


@pytest.fixture
def doubtful(admin_client: Client) -> ListUpload:
    """A list of two is applied; one with only the first of them waits for a decision."""
    admin_client.post(f"{UPLOADS}add/", {"file": SimpleUploadedFile("data_j.csv", csv_of(KYOKUYO, ETF))})
    first = ListUpload.objects.get()
    admin_client.post(f"{UPLOADS}{first.pk}/change/", {"apply": ""})
    short = csv_of(KYOKUYO.replace("20240229", "20240329"))
    admin_client.post(f"{UPLOADS}add/", {"file": SimpleUploadedFile("data_j.csv", short)})
    return ListUpload.objects.exclude(pk=first.pk).get()


def text(response: Any) -> str:
    return str(response.content.decode())


def page_of(client: Client, run: SyncRun) -> str:
    return text(client.get(f"{RUNS}{run.pk}/change/"))


def act(client: Client, run: SyncRun, what: str, data: dict[str, str] | None = None) -> str:
    return text(client.post(f"{RUNS}{run.pk}/{what}/", data or {}, follow=True))


def events_in(answer: Any) -> list[tuple[str, str]]:
    rows = csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
    return [(row["コード"], row["種別"]) for row in rows]


def test_the_page_shows_why_and_what_would_change_and_offers_to_reject_first(
    admin_client: Client, reviewed: SyncRun
) -> None:
    page = page_of(admin_client, reviewed)

    assert "20 件しかなく、最も近い一覧（2024-02-29、40 件）の 50.0% です" in page
    assert "取り込んだ場合の変化: 上場廃止 20 件、銘柄名変更 1 件" in page
    assert "会社1340" in page
    assert "上場廃止の件数" in page
    assert "スナップショット</a>で取り消せます" in page
    assert page.index("却下する") < page.index("承認して取り込む")
    assert [line.count("却下する") for line in page.splitlines() if "autofocus" in line] == [1]
    primary = [line for line in page.splitlines() if "bg-primary-600" in line and "<button" in line]
    assert ["承認" in line for line in primary] == [False]


def test_without_the_number_and_a_reason_nothing_is_approved(admin_client: Client, reviewed: SyncRun) -> None:
    for data, words in [
        ({}, "この項目は必須です"),
        ({"reason": "確認済み"}, "この項目は必須です"),
        ({"delisted": "20"}, "この項目は必須です"),
        ({"delisted": "20", "reason": "  "}, "この項目は必須です"),
        ({"delisted": "19", "reason": "確認済み"}, "件数が違います"),
        ({"delisted": "0", "reason": "確認済み"}, "件数が違います"),
        ({"delisted": "二十", "reason": "確認済み"}, "数字で入力してください"),
        ({"renamed": "1", "reason": "確認済み"}, "この項目は必須です"),
        ({"delisted": "20", "reason": "あ" * 501}, "500 文字以下"),
    ]:
        page = act(admin_client, reviewed, "approve", data)

        assert words in page, (data, words)
        reviewed.refresh_from_db()
        assert (reviewed.status, reviewed.approved_by) == ("needs_review", ""), (data, words)


def test_what_was_typed_is_still_there_after_a_mistake(admin_client: Client, reviewed: SyncRun) -> None:
    assert "取引所に確認済み" in act(admin_client, reviewed, "approve", {**RIGHT, "delisted": "2"})


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_right_number_and_a_reason_apply_it_and_both_are_kept(admin_client: Client, reviewed: SyncRun) -> None:
    act(admin_client, reviewed, "approve", {**RIGHT, "delisted": " ２０ "})
    execute_run(reviewed.pk)

    page = page_of(admin_client, reviewed)
    assert "全 20 件（新規 0、変更 1、廃止 20）" in page
    assert "確認した件数: 上場廃止 20" in page
    assert "理由: 取引所に確認済み" in page
    assert "2024-03-29 のスナップショットとイベント" in page
    reviewed.refresh_from_db()
    assert reviewed.approved_at is not None
    assert (reviewed.approved_by, reviewed.approval_reason, reviewed.confirmed_counts) == (
        "管理画面: admin", "取引所に確認済み", {"delisted": 20},
    )  # fmt: skip
    assert Company.objects.active().count() == 20
    assert "承認できません" in act(admin_client, reviewed, "approve", RIGHT)


def test_a_number_that_changed_meanwhile_is_refused_and_shown_anew(admin_client: Client, reviewed: SyncRun) -> None:
    few = [make_issue(str(1301 + step), company_name=f"会社{1301 + step}") for step in range(30)]
    apply_snapshot(FEBRUARY.replace(day=28), few, "jquants", force=True)
    apply_snapshot(FEBRUARY, few, "jquants", force=True)

    page = act(admin_client, reviewed, "approve", RIGHT)

    assert "確認している間に変化の件数が変わりました" in page
    assert "上場廃止 10 件" in page
    reviewed.refresh_from_db()
    assert reviewed.status == "needs_review"
    act(admin_client, reviewed, "approve", {**RIGHT, "delisted": "10"})
    reviewed.refresh_from_db()
    assert reviewed.status == "queued"


def test_rejecting_leaves_everything_as_it_was_and_says_who_did(admin_client: Client, reviewed: SyncRun) -> None:
    assert "却下しました。何も書き込んでいません。" in act(admin_client, reviewed, "cancel")
    assert Company.objects.active().count() == 40
    assert "すでに終了しているため中止できません" in act(admin_client, reviewed, "cancel")

    reviewed.refresh_from_db()
    page, runs, start = page_of(admin_client, reviewed), text(admin_client.get(RUNS)), text(admin_client.get("/admin/"))
    assert (reviewed.is_rejected, reviewed.cancelled_by) == (True, "管理画面: admin")
    assert reviewed.cancel_requested_at is not None
    assert "却下</th><td>管理画面: admin 20" in page
    assert [word in page for word in ("中止", "却下")] == [False, True]
    # As a label; the list's filter names every status.
    assert [re.findall(r">\s*(中止|却下)\s*</span>", shown) for shown in (runs, start)] == [["却下"]] * 2


def test_who_cancels_a_run_is_said_too(admin_client: Client, source: DataSource) -> None:
    run = start_listing_run(source, requested_by="test")
    page = act(admin_client, run, "cancel")

    assert "中止</th><td>管理画面: admin 20" in page
    assert "却下" not in page


def test_the_whole_difference_is_a_file_like_that_of_the_events(admin_client: Client, reviewed: SyncRun) -> None:
    answer = admin_client.get(f"{RUNS}{reviewed.pk}/difference/?format=csv")

    rows = events_in(answer)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="difference_2024-03-29.csv"'
    assert (len(rows), rows.count(("1301", "銘柄名変更"))) == (21, 1)
    assert [code for code, kind in rows if kind == "上場廃止"] == [str(1321 + step) for step in range(20)]
    assert ListingSnapshot.objects.count() == 1
    events = admin_client.get("/admin/companies/listingevent/export/?format=csv")
    headings = [file.getvalue().decode("utf-8-sig").splitlines()[0] for file in (answer, events) if file is events]
    again = admin_client.get(f"{RUNS}{reviewed.pk}/difference/").getvalue().decode("utf-8-sig").splitlines()[0]
    assert headings == [again]


def test_a_difference_is_for_those_who_decide_and_as_long_as_there_is_something_to(
    admin_client: Client, reviewed: SyncRun
) -> None:
    analyst = Client()
    user = User.objects.create_user("analyst", is_staff=True)
    user.groups.add(Group.objects.get(name="analyst"))
    analyst.force_login(user)
    path = f"{RUNS}{reviewed.pk}/difference/"

    assert analyst.get(path).status_code == 403
    assert "ファイルの形式は" in text(admin_client.get(f"{path}?format=doc", follow=True))
    act(admin_client, reviewed, "cancel")
    assert "確認待ちではないため" in text(admin_client.get(path, follow=True))


def test_what_a_bookmark_of_a_button_opens_is_the_page_it_is_on(admin_client: Client, reviewed: SyncRun) -> None:
    """Also the way back from signing in again, which is a GET."""
    for what in ("approve", "cancel", "repeat"):
        assert admin_client.get(f"{RUNS}{reviewed.pk}/{what}/").headers["Location"] == f"{RUNS}{reviewed.pk}/change/"
    assert admin_client.get(f"{RUNS}sync-now/1/").headers["Location"] == RUNS
    reviewed.refresh_from_db()
    assert reviewed.status == "needs_review"


def test_a_doubtful_upload_asks_for_the_number_and_a_reason_too(admin_client: Client, doubtful: ListUpload) -> None:
    path = f"{UPLOADS}{doubtful.pk}/change/"
    page = text(admin_client.get(path))

    assert "上場廃止の件数" in page
    assert page.index("やめる") < page.index("確認したうえで取り込む")
    assert [line.count("やめる") for line in page.splitlines() if "autofocus" in line] == [1]
    for data in ({}, {"force": "on"}, {"delisted": "1"}, {"delisted": "2", "reason": "確認"}, {"reason": "確認"}):
        refused = text(admin_client.post(path, {"apply": "", **data}))
        assert "この項目は必須です" in refused or "件数が違います" in refused
    assert ListingSnapshot.objects.count() == 1

    done = text(admin_client.post(path, {"apply": "", "delisted": "1", "reason": "ETF の償還"}, follow=True))
    assert "取り込みました: 全 1 件（新規 0、変更 0、廃止 1）" in done
    doubtful.refresh_from_db()
    assert (doubtful.is_forced, doubtful.force_reason, doubtful.confirmed_counts, doubtful.finished_by) == (
        True, "ETF の償還", {"delisted": 1}, "admin",
    )  # fmt: skip
    record = text(admin_client.get(path))
    assert "ETF の償還" in record
    assert "上場廃止 1" in record


def test_the_difference_of_an_upload_is_a_file(admin_client: Client, doubtful: ListUpload) -> None:
    path = f"{UPLOADS}{doubtful.pk}/difference/"

    assert events_in(admin_client.get(f"{path}?format=csv")) == [("1305", "上場廃止")]
    assert "ファイルの形式は" in text(admin_client.get(f"{path}?format=doc", follow=True))
    admin_client.post(f"{UPLOADS}{doubtful.pk}/change/", {"discard": ""})
    doubtful.refresh_from_db()
    assert (doubtful.status, doubtful.finished_by) == ("discarded", "admin")
    assert "すでに取り込まれたか取り消されています" in text(admin_client.get(path, follow=True))
