"""What the page of a company tells of its past, and how far that is known."""

from datetime import date

import pytest
from django.test import Client

from companies.issuers.lineage.decisions import decide_succession
from companies.issuers.lineage.models import SuccessionStatus
from companies.issuers.lineage.proposals import propose_successions
from companies.issuers.official_dates.importing import import_official_dates
from companies.issuers.official_dates.rows import OfficialDay
from companies.ledger.snapshots import apply_snapshot
from companies.models import ListingSnapshot, Succession
from tests.admin.company_pages import address_of, page_of, part_of, text_of, timeline_of
from tests.conftest import FEBRUARY
from tests.factories import make_codes, make_issue, make_list

BANK = {"sector33_code": "7050", "sector17_code": "15"}


@pytest.mark.usefixtures("two_lists")
def test_a_change_is_told_with_the_span_and_the_list_that_showed_it(admin_client: Client) -> None:
    assert timeline_of(admin_client, "7203") == [
        "最新の一覧（2024-03-29）に載っています。これより後の一覧はまだありません。 出典: JPX 上場銘柄一覧 2024-03-29",
        "2024-02-29 〜 2024-03-29 の間 市場区分変更 プライム → スタンダード 出典: JPX 上場銘柄一覧 2024-03-29",
        "取り込んだ最初の一覧（2024-02-29）にすでに載っていたため、上場日はそれ以前です。 出典: JPX 上場銘柄一覧 2024-02-29",
    ]
    page = page_of(admin_client, "7203")
    assert "<del>プライム</del> → <ins>スタンダード</ins>" in page
    assert "その 2 つの一覧の間のどこかの日に起きたことを示します" in page


@pytest.mark.usefixtures("two_lists")
def test_a_listing_tells_what_was_listed(admin_client: Client) -> None:
    assert timeline_of(admin_client, "130A")[1:] == [
        "2024-02-29 〜 2024-03-29 の間 新規上場 Ｖｅｒｉｔａｓ Ｉｎ Ｓｉｌｉｃｏ・グロース・輸送用機器"
        " 出典: JPX 上場銘柄一覧 2024-03-29"
    ]


@pytest.mark.django_db
def test_times_without_lists_are_told_where_nothing_else_is(admin_client: Client) -> None:
    days = [date(2023, 1, 31), date(2023, 5, 31), date(2023, 12, 29), date(2024, 1, 31), date(2024, 6, 28)]
    for day in days:
        market = "0112" if day >= date(2024, 1, 31) else "0111"
        apply_snapshot(day, make_list(["7203", "7201"], market_code=market), "jpx", force=True)

    assert timeline_of(admin_client, "7203")[1:4] == [
        "2024-01-31 の次の一覧は 2024-06-28 です（149 日後）。その間に変わって元に戻ったことは、一覧からは分かりません。",
        "2023-12-29 〜 2024-01-31 の間 市場区分変更 プライム → スタンダード 出典: JPX 上場銘柄一覧 2024-01-31",
        "2023-05-31 の次の一覧は 2023-12-29 です（212 日後）。その間に変わって元に戻ったことは、一覧からは分かりません。"
        " 一覧の間が 45 日を超えることは、ほかに 1 回あります",
    ]


@pytest.mark.django_db
def test_a_change_within_a_long_time_without_lists_says_how_long(admin_client: Client) -> None:
    apply_snapshot(date(2023, 1, 31), make_list(["7203", "7201"]), "jpx")
    apply_snapshot(date(2023, 12, 29), make_list(["7203", "7201"], market_code="0112"), "jpx", force=True)

    assert timeline_of(admin_client, "7203")[1].startswith(
        "2023-01-31 〜 2023-12-29 の間 一覧のない 332 日の間 市場区分変更"
    )


@pytest.mark.django_db
def test_between_a_delisting_and_a_new_listing_the_lists_without_it_are_counted(admin_client: Client) -> None:
    for number, codes in enumerate((["7203", "7201"], ["7201"], ["7201"], ["7203", "7201"])):
        apply_snapshot(date(2024, 3, 4 + number), make_list(codes), "jpx", force=True)

    assert timeline_of(admin_client, "7203")[1:4] == [
        "2024-03-07 再上場 会社7203・プライム・輸送用機器・TOPIX Core30 出典: JPX 上場銘柄一覧 2024-03-07",
        "2024-03-05 から 2024-03-06 までの一覧 2 件には載っていません。",
        "2024-03-05 上場廃止 会社7203・プライム・輸送用機器・TOPIX Core30 出典: JPX 上場銘柄一覧 2024-03-05",
    ]
    assert '<time datetime="2024-03-07">2024-03-07</time>' in page_of(admin_client, "7203")
    ListingSnapshot.objects.all().delete()
    assert timeline_of(admin_client, "7203") == ["2024-03-05 上場廃止 会社7203・プライム・輸送用機器・TOPIX Core30"]


@pytest.mark.django_db
def test_official_days_before_the_first_list_and_after_the_last_are_told_as_such(admin_client: Client) -> None:
    apply_snapshot(FEBRUARY, make_list(["7203", "7201"]), "jpx")
    import_official_dates(
        [OfficialDay("7203", "listed", date(1949, 5, 16)), OfficialDay("7203", "delisted", date(2024, 4, 2))],
        origin="CSV",
    )

    shown = timeline_of(admin_client, "7203")
    assert shown[0] == "2024-04-02 公式の日（出所: CSV） 最新の一覧より後のため、一覧ではまだ確かめられません 上場廃止"
    assert shown[-1] == (
        "1949-05-16 公式の日（出所: CSV） 取り込んだ最初の一覧より前のため、一覧では確かめられません 新規上場"
    )


@pytest.fixture
def succession(db: None) -> Succession:
    others = make_list(make_codes(40))
    apply_snapshot(date(2023, 9, 29), [*others, make_issue("8369", company_name="京都銀行", **BANK)], "jpx")
    group = make_issue("5844", company_name="京都フィナンシャルグループ", **BANK)
    apply_snapshot(date(2023, 10, 31), [*others, group], "jpx")
    propose_successions()
    return Succession.objects.get()


def test_a_confirmed_successor_stands_in_the_banner_and_at_the_delisting(
    admin_client: Client, succession: Succession
) -> None:
    proposed = part_of(page_of(admin_client, "8369"), "company-banner danger", "</div>")
    assert "後継" not in timeline_of(admin_client, "8369")[0]
    decide_succession(succession, SuccessionStatus.CONFIRMED, decided_by="operator")
    confirmed = part_of(page_of(admin_client, "8369"), "company-banner danger", "</div>")

    assert "後継の候補（まだ確認されていません）: 5844 京都フィナンシャルグループ" in text_of(proposed)
    assert "後継: 5844 京都フィナンシャルグループ （株式移転・持株会社化、2023-10-31）" in text_of(confirmed)
    for part in (proposed, confirmed):
        assert f'<a href="{address_of("5844")}">' in part
    assert "後継: 5844 京都フィナンシャルグループ" in timeline_of(admin_client, "8369")[0]
    assert "前身: 8369 京都銀行" in timeline_of(admin_client, "5844")[1]
    assert "company-banner" not in page_of(admin_client, "5844")
