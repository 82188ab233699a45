"""The revisions in the admin: what came, from whom, what it changed and what it took back."""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from companies.admin.revision_page import SHOWN_COMPANIES, compare_histories
from companies.ledger.snapshots import apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import Company, LedgerRevision, ListingSnapshot
from tests.conftest import MARCH
from tests.factories import make_codes, make_issue, make_list

pytestmark = pytest.mark.usefixtures("two_lists")

LIST = "/admin/companies/ledgerrevision/"


def entry_of(day: date) -> ListingSnapshot:
    return ListingSnapshot.objects.get(date_in_force=day)


def text_of(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    body = page.content.decode().partition('id="main"')[2] or page.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def rows_of(client: Client, query: str = "") -> list[str]:
    table = client.get(LIST + query).content.decode().partition('id="result_list"')[2].partition("</table>")[0]
    rows = re.findall(r"<tr.*?</tr>", table.partition("</thead>")[2], re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def moment_of(number: int) -> str:
    return f"{timezone.localtime(LedgerRevision.objects.get(number=number).recorded_at):%Y-%m-%d %H:%M:%S}"


def withdraw_march() -> None:
    withdraw_entry(entry_of(MARCH).pk, reason="行がずれていた", withdrawn_by="operator")


def test_each_revision_says_what_came_and_what_it_did_in_numbers_newest_first(admin_client: Client) -> None:
    withdraw_march()

    shown = rows_of(admin_client)

    march = "JPX 上場銘柄一覧 2024-03-29"
    assert shown == [
        f"3 {moment_of(3)} 一覧の取消 {march} operator: 行がずれていた 3 6",
        f"2 {moment_of(2)} 一覧の取込 {march} 一覧ファイル 6 3",
        f"1 {moment_of(1)} 一覧の取込 JPX 上場銘柄一覧 2024-02-29 一覧ファイル 4 0",
    ]


def test_a_list_that_a_run_brought_leads_to_the_run_for_who_may_see_it(admin_client: Client, client: Client) -> None:
    run_id = uuid4()
    apply_snapshot(date(2024, 4, 30), [make_issue("7203")], "jpx", force=True, run_id=run_id)
    analyst = User.objects.create_user("analyst", is_staff=True)
    analyst.groups.add(Group.objects.get(name="analyst"))
    client.force_login(analyst)
    link = f"/admin/syncjobs/syncrun/{run_id}/change/"

    for address in (LIST, f"{LIST}3/change/"):
        assert f'href="{link}">同期</a>' in admin_client.get(address).content.decode()
        assert link not in client.get(address).content.decode()
    assert " 同期 " in rows_of(client)[0]


def test_revisions_are_narrowed_by_kind_source_and_period(admin_client: Client) -> None:
    withdraw_march()
    apply_snapshot(date(2024, 4, 30), [make_issue("7203")], "jquants", force=True)
    first = LedgerRevision.objects.get(number=1)
    LedgerRevision.objects.filter(number=1).update(recorded_at=first.recorded_at.replace(year=2024, month=5, day=10))

    assert [row[0] for row in rows_of(admin_client, "?kind__exact=withdrawn")] == ["3"]
    assert [row[0] for row in rows_of(admin_client, "?entry__source__exact=jquants")] == ["4"]
    day = timezone.localtime(LedgerRevision.objects.get(number=1).recorded_at).date()
    assert [row[0] for row in rows_of(admin_client, f"?recorded_at_from={day}&recorded_at_to={day}")] == ["1"]
    assert [row[0] for row in rows_of(admin_client, f"?recorded_at_from={day.replace(year=2025)}")] == ["4", "3", "2"]
    assert "条件「種別: kind__exact」に「x」という値はありません。" in text_of(admin_client, f"{LIST}?kind__exact=x")


def test_fifty_revisions_cost_as_many_queries_as_one(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(1, 11):
        apply_snapshot(date(2024, 4, day), [make_issue("7203", company_name=f"会社{day}")], "jpx", force=True)

    # Session, user, two counts, the page with its entries, three groups of versions.
    with django_assert_max_num_queries(8):
        assert len(rows_of(admin_client)) == 12


def test_the_page_of_a_revision_says_what_became_known_in_which_period(admin_client: Client) -> None:
    page = text_of(admin_client, f"{LIST}2/change/")

    assert "5 銘柄（記録した版 6、取り下げた版 3）" not in page  # 7201 stayed as it was
    assert "4 銘柄（記録した版 6、取り下げた版 3）" in page
    assert "1301 極洋ホールディングス 2024-03-29 〜 現在 銘柄名: 極洋 → 極洋ホールディングス" in page
    assert "7203 トヨタ自動車 2024-03-29 〜 現在 市場区分: プライム → スタンダード" in page
    assert "9984 ソフトバンクグループ 2024-03-29 〜 現在 上場していないと分かった" in page
    assert "130A Ｖｅｒｉｔａｓ Ｉｎ Ｓｉｌｉｃｏ 2024-03-29 〜 現在 上場していると分かった" in page
    assert "7201" not in page


def test_the_page_of_a_revision_says_which_events_came_in_words(admin_client: Client) -> None:
    page = text_of(admin_client, f"{LIST}2/change/")

    assert "現れたイベント 4 件 時期" in page
    assert "2024-02-29 〜 2024-03-29 の間 7203 トヨタ自動車 市場区分変更 プライム スタンダード" in page
    assert "消えたイベント 0 件 時期が変わったイベント 0 件" in page


def test_the_page_of_a_withdrawal_says_why_and_which_events_went(admin_client: Client) -> None:
    withdraw_march()

    page = text_of(admin_client, f"{LIST}3/change/")

    assert "operator: 行がずれていた" in page
    assert "消えたイベント 4 件" in page
    assert "130A Ｖｅｒｉｔａｓ Ｉｎ Ｓｉｌｉｃｏ 2024-03-29 〜 現在 上場していないと分かった" in page
    assert "9984 ソフトバンクグループ 2024-03-29 〜 現在 上場していると分かった" in page


def test_an_event_of_which_only_the_time_is_known_better_is_told_with_both_times(admin_client: Client) -> None:
    """The list of 15 March confirms that of February."""
    same = [
        make_issue("7203", company_name="トヨタ自動車"),
        make_issue("7201", company_name="日産自動車", scale_category="TOPIX Mid400"),
        make_issue("1301", company_name="極洋", sector17_code="1", sector33_code="0050", scale_category="-"),
        make_issue("9984", company_name="ソフトバンクグループ", sector17_code="10", sector33_code="5250"),
    ]
    apply_snapshot(date(2024, 3, 15), same, "jpx", force=True)

    page = text_of(admin_client, f"{LIST}3/change/")

    assert "どの銘柄の内容も変わっていません。" in page
    assert "現れたイベント 0 件 消えたイベント 0 件 時期が変わったイベント 4 件" in page
    assert "2024-02-29 〜 2024-03-29 の間 → 2024-03-15 〜 2024-03-29 の間 7203" in page


def test_revisions_lead_to_their_neighbours_their_list_and_the_companies_as_known_then(admin_client: Client) -> None:
    withdraw_march()
    page = admin_client.get(f"{LIST}2/change/").content.decode()

    toyota = Company.objects.get(code="7203").pk
    for address in (
        f"{LIST}1/change/", f"{LIST}3/change/", f"/admin/companies/listingsnapshot/{entry_of(MARCH).pk}/change/",
        "/admin/companies/company/?known_at=2", f"/admin/companies/company/{toyota}/change/",
    ):  # fmt: skip
        assert f'href="{address}"' in page
    assert f'href="{LIST}0/change/"' not in admin_client.get(f"{LIST}1/change/").content.decode()
    assert f'href="{LIST}4/change/"' not in admin_client.get(f"{LIST}3/change/").content.decode()


def test_a_company_that_is_gone_is_told_without_a_link(admin_client: Client) -> None:
    withdraw_march()

    page = admin_client.get(f"{LIST}2/change/").content.decode()

    assert '<td class="p-2">130A</td>' in page


def test_of_a_revision_of_very_many_companies_the_first_are_shown_and_all_are_counted(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    codes = make_codes(SHOWN_COMPANIES + 20, first=2000)
    apply_snapshot(date(2024, 4, 30), make_list(codes), "jpx", force=True)

    with django_assert_max_num_queries(40):
        page = text_of(admin_client, f"{LIST}3/change/")

    # The four of March went.
    assert "224 銘柄（記録した版 224、取り下げた版 4） コード順にはじめの 200 銘柄について示します。" in page
    assert page.count("上場していると分かった") == SHOWN_COMPANIES - 2
    assert "現れたイベント 200 件（上に示した銘柄のもの）" in page


def test_the_page_of_a_snapshot_leads_to_its_revisions(admin_client: Client) -> None:
    withdraw_march()

    page = admin_client.get(f"/admin/companies/listingsnapshot/{entry_of(MARCH).pk}/change/").content.decode()

    assert re.findall(rf'href="{LIST}(\d+)/change/">改訂 (\d+)</a> (\S+)', page) == [
        ("2", "2", "一覧の取込"), ("3", "3", "一覧の取消"),
    ]  # fmt: skip


def test_each_version_of_a_company_says_when_it_was_learnt(admin_client: Client) -> None:
    page = admin_client.get(f"/admin/companies/company/{Company.objects.get(code='7203').pk}/change/").content.decode()

    history = page.partition('id="versions"')[2].partition("<details")[0]
    assert re.findall(rf'href="{LIST}(\d)/change/" title="改訂 \d">([^<]+)</a>', history) == [
        ("2", moment_of(2)[:-3]), ("2", moment_of(2)[:-3]),
    ]  # fmt: skip


def test_versions_that_were_taken_back_are_told_below_with_when_and_by_what(admin_client: Client) -> None:
    withdraw_march()
    address = f"/admin/companies/company/{Company.objects.get(code='7203').pk}/change/"

    page = text_of(admin_client, address)

    told = page.partition("取り下げられた版 3 件")[2]
    learnt, taken, again = moment_of(1)[:-3], moment_of(2)[:-3], moment_of(3)[:-3]
    rows = [
        f"2024-03-29 〜 {taken} {again} 一覧の取消 トヨタ自動車 ― スタンダード",
        f"2024-02-29 〜 2024-03-28 {taken} {again} 一覧の取消 トヨタ自動車 ― プライム",
        f"2024-02-29 〜 {learnt} {taken} 一覧の取込 トヨタ自動車 ― プライム",
    ]
    places = [told.find(row) for row in rows]
    assert places == sorted(places)
    assert min(places) > 0


def test_a_company_of_which_nothing_was_taken_back_says_nothing_of_it(admin_client: Client) -> None:
    page = text_of(admin_client, f"/admin/companies/company/{Company.objects.get(code='7201').pk}/change/")

    assert "取り下げられた版" not in page


@pytest.mark.parametrize("role", ["analyst", "operator", "administrator"])
def test_who_sees_the_lists_sees_the_revisions(client: Client, role: str) -> None:
    user = User.objects.create_user(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)

    assert client.get(LIST).status_code == 200
    assert client.get(f"{LIST}1/change/").status_code == 200
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}1/delete/").status_code == 403
    assert f'href="{LIST}"' in client.get("/admin/").content.decode()


def test_a_revision_that_is_not_there_leads_back_with_a_message(admin_client: Client) -> None:
    assert admin_client.get(f"{LIST}99/change/").status_code == 302
    assert admin_client.get(f"{LIST}x/change/").status_code == 302


def test_histories_differ_where_their_states_do_and_not_where_they_are_merely_cut() -> None:
    january, february, march = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 29)
    old, new = ("a",), ("b",)

    assert list(compare_histories([(january, None, old)], [(january, march, old), (march, None, new)])) == [
        (march, None, old, new)
    ]
    assert list(compare_histories([(january, march, old)], [(january, february, old), (february, march, old)])) == []
    assert list(compare_histories([(february, march, old)], [(january, march, old)])) == [
        (january, february, None, old)
    ]
    assert list(compare_histories([], [(january, None, old)])) == [(january, None, None, old)]
    assert list(compare_histories([(january, None, old)], [])) == [(january, None, old, None)]
