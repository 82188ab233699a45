"""The page of a company: what it is, that it is gone, and where each fact comes from."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from companies.issuers.issuer_lists import apply_issuer_list
from companies.issuers.official_dates.importing import import_official_dates
from companies.issuers.official_dates.rows import OfficialDay
from companies.ledger.snapshots import apply_snapshot
from companies.models import ListingSnapshot
from tests.admin.company_pages import LIST, address_of, badges_of, page_of, part_of, text_of, timeline_of
from tests.conftest import FEBRUARY, MARCH
from tests.edinet_lists import make_filer
from tests.factories import make_issue

pytestmark = pytest.mark.usefixtures("two_lists")


def test_its_names_and_what_it_is_stand_above_and_lead_to_the_list_narrowed_down(admin_client: Client) -> None:
    page = page_of(admin_client, "7203")

    assert text_of(part_of(page, 'class="company-title"', "</h2>")) == "7203 トヨタ自動車"
    assert badges_of(page) == [
        ("上場中", ""), ("スタンダード", f"{LIST}?market=0112"), ("輸送用機器", f"{LIST}?sector33=3700"),
        ("TOPIX Core30", f"{LIST}?scale=TOPIX+Core30"),
    ]  # fmt: skip
    assert "2024-03-29 の一覧（JPX 上場銘柄一覧）による" in page
    assert "/admin/masters/" not in part_of(page, 'id="content-main"', "<footer")
    shown = admin_client.get(f"{LIST}?scale=TOPIX+Core30&market=0112")
    assert [one.code for one in shown.context["cl"].result_list] == ["7203"]


def test_what_nobody_told_is_said(admin_client: Client) -> None:
    apply_snapshot(date(2024, 4, 30), [make_issue("7203", scale_category=None)], "jpx", force=True)
    apply_snapshot(date(2024, 5, 31), [make_issue("1302", scale_category=None)], "jpx", force=True)

    assert ("規模区分: 記載なし", "") in badges_of(page_of(admin_client, "1302"))
    assert ("規模区分: なし", f"{LIST}?scale=-&as_of=2024-03-29") in badges_of(page_of(admin_client, "1301"))
    head = text_of(part_of(page_of(admin_client, "7203"), "<header", "</header>"))
    assert "英語名: 記載なし ヨミ: 記載なし" in head


def test_without_an_official_day_the_delisting_is_between_two_lists_and_nothing_else_is_known(
    admin_client: Client,
) -> None:
    page = page_of(admin_client, "9984")

    assert text_of(part_of(page, '<div role="status" class="company-banner danger"', "</div>")) == (
        "上場廃止: 2024-02-29 〜 2024-03-29 の間。日は分かっていません。 理由: 知られていません 後継: 知られていません"
        " 最後に載った一覧は 2024-02-29、載っていない最初の一覧は 2024-03-29 公式の廃止日は取り込まれていません。"
    )
    assert badges_of(page)[:2] == [("上場廃止", ""), ("プライム", f"{LIST}?market=0111&as_of=2024-02-29")]
    assert "最後に載った 2024-02-29 の一覧（JPX 上場銘柄一覧）による" in page
    assert "company-banner" not in page_of(admin_client, "7203")


def test_with_an_official_day_it_is_told_with_reason_and_origin(admin_client: Client) -> None:
    import_official_dates([OfficialDay("9984", "delisted", date(2024, 3, 15), "完全子会社化")], origin="JPX")

    assert text_of(part_of(page_of(admin_client, "9984"), "company-banner danger", "</div>")) == (
        "2024-03-15 に上場廃止（公式の日）。 理由: 完全子会社化 後継: 知られていません 公式の日（売買されない最初の日）。出所: JPX"
        " 最後に載った一覧は 2024-02-29、載っていない最初の一覧は 2024-03-29"
    )
    assert timeline_of(admin_client, "9984")[0] == (
        "2024-03-15 公式の日（出所: JPX） 一覧では 2024-02-29 〜 2024-03-29 の間 上場廃止"
        " ソフトバンクグループ・プライム・情報・通信業・TOPIX Core30 理由: 完全子会社化 出典: JPX 上場銘柄一覧 2024-03-29"
    )


def test_an_official_day_that_does_not_fit_the_lists_is_told_as_such(admin_client: Client) -> None:
    import_official_dates([OfficialDay("9984", "delisted", date(2024, 5, 1), "合併")], origin="JPX")

    banner = text_of(part_of(page_of(admin_client, "9984"), "company-banner danger", "</div>"))
    assert banner.startswith("上場廃止: 2024-02-29 〜 2024-03-29 の間。日は分かっていません。 理由: 合併")
    assert banner.endswith("公式の廃止日（2024-05-01）は、一覧と合いません。")


def test_so_is_one_before_the_last_list_with_it(admin_client: Client) -> None:
    import_official_dates([OfficialDay("9984", "delisted", date(2024, 2, 5))], origin="JPX")

    banner = text_of(part_of(page_of(admin_client, "9984"), "company-banner danger", "</div>"))
    assert banner.endswith("公式の廃止日（2024-02-05）は、一覧と合いません。")


def test_an_announced_delisting_is_said_above_and_in_the_timeline(admin_client: Client) -> None:
    day = timezone.localdate() + timedelta(days=9)
    import_official_dates([OfficialDay("7203", "delisted", day, "申請")], origin="JPX")
    page = page_of(admin_client, "7203")

    assert badges_of(page)[0] == ("上場廃止予定", "")
    assert text_of(part_of(page, "company-banner warning", "</p>")) == f"{day} に上場廃止の予定です。"
    assert timeline_of(admin_client, "7203")[0] == f"{day} 公式の日（出所: JPX） 予定 上場廃止 理由: 申請"


def test_an_official_day_past_which_the_company_is_in_a_list_is_told_as_it_is(admin_client: Client) -> None:
    import_official_dates([OfficialDay("7203", "delisted", date(2024, 4, 2))], origin="JPX")

    page = page_of(admin_client, "7203")
    banner = text_of(part_of(page, "company-banner warning", "</div>"))
    assert badges_of(page)[0] == ("上場廃止", "")
    assert "2024-04-02 に上場廃止（公式の日）。 理由: 知られていません" in banner
    assert "取り込んだ最新の一覧（2024-03-29）にはまだ載っています。" in banner
    assert "後継" not in banner


def test_each_fact_names_the_list_that_was_the_first_to_say_so(admin_client: Client) -> None:
    page = page_of(admin_client, "7203")
    february, march = (ListingSnapshot.objects.get(date_in_force=day) for day in (FEBRUARY, MARCH))
    facts = {
        text_of(label): text_of(told)
        for label, told in re.findall(
            r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", part_of(page, 'aria-labelledby="facts"'), re.S
        )
    }

    assert facts["銘柄名"] == "トヨタ自動車 JPX 上場銘柄一覧 2024-02-29 から"
    assert facts["市場区分"] == "スタンダード JPX 上場銘柄一覧 2024-03-29 から"
    assert facts["英語名"] == "記載なし"
    assert facts["初めて載った一覧"].startswith(
        "2024-02-29 取り込んだ一覧のうち、この銘柄が載っている最も古いものの基準日。"
    )
    for entry in (february, march):
        assert (
            f'href="/admin/companies/listingsnapshot/{entry.pk}/change/">JPX 上場銘柄一覧 {entry.date_in_force} から'
            in page
        )


def test_facts_of_the_issuer_name_the_list_of_edinet(admin_client: Client) -> None:
    for day, kana in ((date(2024, 1, 31), "トヨタジドウシャ"), (date(2024, 4, 30), "トヨタモーター")):
        filer = make_filer("7203", "E02144", name_kana=kana, corporate_number="1180301018771")
        apply_issuer_list(day, [filer, make_filer("7201", "E02142")], force=True)
    page = text_of(page_of(admin_client, "7203"))

    assert "ヨミ トヨタモーター EDINET コード一覧 2024-04-30 から" in page
    assert "法人番号 1180301018771 EDINET コード一覧 2024-04-30 から" in page
    assert "発行体は見つかっていません" in text_of(page_of(admin_client, "130A"))


def test_other_issues_of_the_same_issuer_are_named(admin_client: Client) -> None:
    apply_snapshot(
        date(2024, 4, 30), [make_issue("7203"), make_issue("72035", company_name="トヨタ優先株")], "jpx", force=True
    )
    apply_issuer_list(date(2024, 4, 30), [make_filer("7203", "E02144")], force=True)

    assert "同じ発行体の銘柄: 72035 トヨタ優先株" in text_of(page_of(admin_client, "7203"))
    assert f'<a href="{address_of("7203")}">7203' in page_of(admin_client, "72035")


@pytest.mark.parametrize(
    ("day", "span"), [("2024-03-10", "2024-02-29 〜 2024-03-28"), ("2024-03-29", "2024-03-29 〜 現在")]
)
def test_who_came_from_the_list_of_a_past_day_sees_the_state_of_that_day_marked(
    admin_client: Client, day: str, span: str
) -> None:
    page = page_of(admin_client, "7203", f"?_changelist_filters=as_of%3D{day}%26market%3D0111")

    assert f"一覧は {day} の時点でした。" in page
    asked = re.findall(r'<tr class="[^"]* asked" aria-current="date">(.*?)</tr>', page, re.S)
    assert [text_of(row).partition(f" {day} の内容")[0] for row in asked] == [span]
    assert 'aria-current="date"' not in page_of(admin_client, "7203")


def test_who_came_from_the_list_as_it_was_known_is_told_that_the_page_is_of_now(admin_client: Client) -> None:
    page = page_of(admin_client, "7203", "?_changelist_filters=known_at%3D1")

    assert "一覧は「1」に知られていた内容でした。このページは、いま知られている内容です。" in page


def test_who_may_not_see_lists_sees_no_links_to_them_and_nothing_can_be_sent(client: Client) -> None:
    looker = User.objects.create_user("looker", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_company"))
    client.force_login(looker)
    page = part_of(page_of(client, "7203"), 'id="content-main"', "<footer")

    assert "/admin/companies/listingsnapshot/" not in page
    assert "/admin/companies/listingevent/" not in page
    assert "出典: JPX 上場銘柄一覧 2024-03-29" in text_of(page)
    assert '<form method="post"' not in page


def test_headings_leave_out_no_level(admin_client: Client) -> None:
    page = part_of(page_of(admin_client, "9984"), 'id="main"', "</body>")
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", page)]

    assert levels[:2] == [1, 2]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_address_by_the_code_is_shown(admin_client: Client) -> None:
    assert '<a href="/company/7203">このページのアドレス /company/7203</a>' in page_of(admin_client, "7203")


def test_what_changed_between_versions_is_marked(admin_client: Client) -> None:
    page = page_of(admin_client, "1301")

    assert "2024-02-29 〜 2024-03-28" in page
    assert "2024-03-29 〜 現在" in page
    assert page.count("<mark") == 1


def test_each_version_leads_to_the_list_that_first_said_so(admin_client: Client) -> None:
    march = ListingSnapshot.objects.get(date_in_force=MARCH)
    versions = part_of(page_of(admin_client, "1301"), 'aria-labelledby="versions"')

    assert f'/admin/companies/listingsnapshot/{march.pk}/change/">JPX 上場銘柄一覧 2024-03-29</a>' in versions


def test_a_long_history_takes_as_many_questions_as_a_short_one(admin_client: Client) -> None:
    def questions() -> int:
        address = address_of("7203")
        admin_client.get(address)
        with CaptureQueriesContext(connection) as asked:
            admin_client.get(address)
        return len(asked)

    few = questions()
    for number in range(20):
        name = f"トヨタ{number}"
        apply_snapshot(date(2024, 4, 1 + number), [make_issue("7203", company_name=name)], "jpx", force=True)
    many = questions()

    # Beside session, user and the company itself (twice): versions, days and entries of lists, official days, three masters,
    # revisions, withdrawn versions and their revisions, issuers, identifiers, successions both ways, peers (twice,
    # because it is alone), the quote, the star, the list that waits for its day.
    assert (few, many) == (23, 23)
    assert "さらに古い" not in page_of(admin_client, "7203")


def test_of_a_very_long_history_the_oldest_is_folded(admin_client: Client) -> None:
    for number in range(40):
        name = f"トヨタ{number}"
        day = date(2024, 4, 1) + timedelta(days=number)
        apply_snapshot(day, [make_issue("7203", company_name=name)], "jpx", force=True)

    assert "<details><summary>さらに古い 13 件</summary>" in page_of(admin_client, "7203")
    assert len(timeline_of(admin_client, "7203")) == 43
