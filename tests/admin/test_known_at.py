"""The company list as it was known at a past moment."""

import csv
import io
import re
from datetime import date, datetime, timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from companies.ledger.snapshots import apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import Company, LedgerRevision, ListingSnapshot
from tests.admin.test_company_list import COUNTED, codes_shown
from tests.conftest import MARCH, make_two_lists
from tests.factories import make_issue
from tests.kept_rows import put_or_make

LIST = "/admin/companies/company/"


@pytest.fixture(autouse=True)
def corrected(db: None) -> None:
    """What `correct` makes."""
    put_or_make(correct)


def correct() -> None:
    """Revision 3 withdrew the list of March: 130A is gone, 7203 never moved. Revision 4 brought another one, where 7201 left."""
    make_two_lists()
    withdraw_entry(ListingSnapshot.objects.get(date_in_force=MARCH).pk, reason="誤り", withdrawn_by="operator")
    renamed = make_issue("7203", company_name="トヨタ", market_code="0113")
    gone = make_issue("9984", company_name="ソフトバンクグループ", sector17_code="10", sector33_code="5250")
    apply_snapshot(MARCH, [renamed, make_issue("1301", company_name="極洋"), gone], "jpx", force=True)


def page_of(client: Client, query: str) -> str:
    return " ".join(client.get(LIST + query).content.decode().split())


def moment_of(number: int) -> datetime:
    return LedgerRevision.objects.get(number=number).recorded_at


def as_typed(moment: datetime) -> str:
    return quote(timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S.%f"))


def test_the_list_is_the_newest_one_that_was_known_then(admin_client: Client) -> None:
    assert codes_shown(admin_client) == ["1301", "7203", "9984"]
    assert codes_shown(admin_client, "?known_at=1") == ["1301", "7201", "7203", "9984"]
    assert codes_shown(admin_client, "?known_at=2") == ["1301", "7201", "7203"]
    assert codes_shown(admin_client, "?known_at=3") == ["1301", "7201", "7203", "9984"]
    assert codes_shown(admin_client, "?known_at=4") == ["1301", "7203", "9984"]


def test_what_was_known_of_a_day_is_shown_with_the_values_of_then(admin_client: Client) -> None:
    page = admin_client.get(f"{LIST}?known_at=2&as_of=2024-03-29")

    shown = {one.code: (one.state_company_name, one.state_market_code) for one in page.context["cl"].result_list}
    assert shown == {
        "1301": ("極洋ホールディングス", "0111"), "7201": ("日産自動車", "0111"), "7203": ("トヨタ自動車", "0112"),
    }  # fmt: skip
    assert {one.state_last_seen_on for one in page.context["cl"].result_list} == {date(2024, 3, 29)}


def test_the_notice_says_which_list_is_shown_as_known_when_and_leads_back(admin_client: Client) -> None:
    moment = f"{timezone.localtime(moment_of(2)):%Y-%m-%d %H:%M:%S}"

    assert f"改訂 2 の時点（{moment}） に知られていた、2024-03-29 の一覧です。" in page_of(admin_client, "?known_at=2")
    page = page_of(admin_client, "?known_at=2&as_of=2024-03-10&market=0111")
    assert f"改訂 2 の時点（{moment}） に知られていた、2024-03-10 の時点の内容です（2024-02-29 の一覧による）。" in page
    assert '<a class="underline" href="?as_of=2024-03-10&amp;market=0111">いま知られている内容に戻る</a>' in page


def test_companies_of_then_that_are_in_no_list_any_more_are_told_by_name(admin_client: Client) -> None:
    assert not Company.objects.filter(code="130A").exists()

    page = page_of(admin_client, "?known_at=2")

    assert "このほかに 1 銘柄が知られていました" in page
    assert "ここには出ません: 130A Ｖｅｒｉｔａｓ Ｉｎ Ｓｉｌｉｃｏ" in page
    assert "このほかに" not in page_of(admin_client, "?known_at=1")
    assert "このほかに" not in page_of(admin_client, "?known_at=2&as_of=2024-02-29")


def test_a_moment_is_that_of_the_last_revision_up_to_it(admin_client: Client) -> None:
    before = moment_of(2) - timedelta(microseconds=1)

    assert codes_shown(admin_client, f"?known_at={as_typed(moment_of(2))}") == ["1301", "7201", "7203"]
    assert codes_shown(admin_client, f"?known_at={as_typed(before)}") == ["1301", "7201", "7203", "9984"]
    assert codes_shown(admin_client, f"?known_at={quote(moment_of(2).isoformat())}") == ["1301", "7201", "7203"]


def test_a_day_alone_is_its_end(admin_client: Client) -> None:
    first = datetime(2024, 4, 1, 10, tzinfo=timezone.get_current_timezone())
    for revision in LedgerRevision.objects.all():
        LedgerRevision.objects.filter(pk=revision.pk).update(recorded_at=first + timedelta(minutes=revision.pk))

    assert "2024-04-01 の終わり に知られていた、2024-03-29 の一覧です。" in page_of(
        admin_client, "?known_at=2024-04-01"
    )
    assert "2024-03-31 の終わり には、まだどの一覧も知られていませんでした。" in page_of(
        admin_client, "?known_at=令和6年3月31日"
    )


def test_today_is_what_is_known_now(admin_client: Client) -> None:
    assert codes_shown(admin_client, f"?known_at={timezone.localdate()}") == ["1301", "7203", "9984"]


def test_a_moment_that_cannot_be_answered_is_explained_above_an_empty_list(admin_client: Client) -> None:
    for asked, sentence in [
        ("99", "「99」: まだ来ていない時点です。最新の改訂は 4 です。"),
        ("2999-01-01 10:00", "「2999-01-01 10:00」: まだ来ていない時点です。最新の改訂は 4 です。"),
        ("9999-12-31", "「9999-12-31」: まだ来ていない時点です。最新の改訂は 4 です。"),
        ("9999-12-31 23:59Z", "「9999-12-31 23:59Z」: 知られていた日時を読めません。"),
        (
            "いつか",
            "「いつか」: 知られていた日時を読めません。2026-11-20 18:00 のような日時か、改訂の番号を入力してください。",
        ),
        ("-1", "「-1」: 知られていた日時を読めません。"),
        ("2024-03-29 25:00", "「2024-03-29 25:00」: 知られていた日時を読めません。"),
        ("0", "改訂 0 の時点 には、まだどの一覧も知られていませんでした。"),
        ("2001-01-01", "2001-01-01 の終わり には、まだどの一覧も知られていませんでした。"),
    ]:
        page = page_of(admin_client, f"?known_at={quote(asked)}")

        assert sentence in page, (asked, sentence)
        assert codes_shown(admin_client, f"?known_at={quote(asked)}") == [], (asked, sentence)


def test_a_day_before_the_first_list_that_was_known_says_which_that_was(admin_client: Client) -> None:
    page = page_of(admin_client, "?known_at=1&as_of=2024-01-01")

    assert "に知られていた、2024-01-01 時点の一覧はありません。最初の一覧は 2024-02-29 でした。" in page


def test_filters_search_and_order_read_what_was_known(admin_client: Client) -> None:
    assert codes_shown(admin_client, "?known_at=2&market=0112") == ["7203"]
    assert codes_shown(admin_client, "?market=0112") == []
    assert codes_shown(admin_client, "?known_at=2&q=ﾎｰﾙﾃﾞｨﾝｸﾞｽ") == ["1301"]
    assert codes_shown(admin_client, "?q=ﾎｰﾙﾃﾞｨﾝｸﾞｽ") == []
    assert codes_shown(admin_client, "?known_at=2&q=トヨタ自動車") == ["7203"]
    # It alone was of another market.
    assert codes_shown(admin_client, "?known_at=2&o=-2")[0] == "7203"
    assert codes_shown(admin_client, "?known_at=2&o=2")[-1] == "7203"
    assert codes_shown(admin_client, "?known_at=2&listed=no") == ["7201"]


def test_every_column_sorts(admin_client: Client) -> None:
    for order in range(10):
        assert codes_shown(admin_client, f"?known_at=2&o=-{order}") != [], order


def test_each_choice_tells_how_many_of_then_it_leaves(admin_client: Client) -> None:
    listed = admin_client.get(f"{LIST}?known_at=2").context["cl"]
    spec = next(spec for spec in listed.filter_specs if spec.parameter_name == "market")

    counted = dict(COUNTED.findall(str(next(iter(spec.choices(listed)))["form"])))

    assert {value: count for value, count in counted.items() if count != "0"} == {"0111": "2", "0112": "1"}
    assert listed.result_count == 3


def test_the_first_list_is_the_first_that_was_known(admin_client: Client) -> None:
    """A list of the year before came last of all."""
    apply_snapshot(date(2023, 12, 29), [make_issue("7203", company_name="トヨタ自動車")], "jpx", force=True)
    table = 'id="result_list"'

    then = page_of(admin_client, "?known_at=4&q=7203").partition(table)[2]
    now = page_of(admin_client, "?known_at=5&q=7203").partition(table)[2]

    assert "2024-02-29 以前から上場" in then
    assert "2023-12-29" not in then
    assert "2023-12-29 以前から上場" in now


def test_the_file_has_the_rows_and_values_of_the_list(admin_client: Client) -> None:
    answer = admin_client.get(f"{LIST}export/?format=csv&known_at=2&market=0112")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))

    assert [(row["コード"], row["銘柄名"], row["市場区分"], row["最後に載った一覧"]) for row in rows] == [
        ("7203", "トヨタ自動車", "スタンダード", "2024-03-29")
    ]
    assert (
        answer.headers["Content-Disposition"] == 'attachment; filename="companies_2024-03-29_known_at_2_without_1.csv"'
    )


def test_a_file_of_a_moment_that_cannot_be_answered_leads_to_the_explanation(admin_client: Client) -> None:
    answer = admin_client.get(f"{LIST}export/?format=csv&known_at=99", follow=True)

    assert "「99」: まだ来ていない時点です。最新の改訂は 4 です。" in answer.content.decode()


def test_prices_are_of_now_and_not_shown_beside_what_was_known_once(admin_client: Client) -> None:
    then = page_of(admin_client, "?known_at=2&columns=scale-price")

    assert "株価" in page_of(admin_client, "?columns=scale-price").partition('id="result_list"')[2]
    assert "株価" not in then.partition('id="result_list"')[2].partition("</table>")[0]


def test_what_was_known_does_not_change_whatever_comes(admin_client: Client) -> None:
    then = re.findall(r"<tbody.*?</tbody>", page_of(admin_client, "?known_at=2"))

    apply_snapshot(date(2024, 3, 15), [make_issue("1301", company_name="別の名前")], "jpx", force=True)

    assert then != []
    assert re.findall(r"<tbody.*?</tbody>", page_of(admin_client, "?known_at=2")) == then


def test_it_opens_within_fifteen_queries(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    # Session, user, the revision, its setting, list days, who is gone, three masters, counts, page.
    with django_assert_max_num_queries(15):
        admin_client.get(f"{LIST}?known_at=2")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_page_is_read_whole_while_the_knowledge_is_held(admin_client: Client) -> None:
    """Outside the tests' own transaction, where a setting ends with the one that made it."""
    answer = admin_client.get(f"{LIST}export/?format=csv&known_at=2&o=-1")

    assert codes_shown(admin_client, "?known_at=2") == ["1301", "7201", "7203"]
    assert answer.getvalue().decode().count("\r\n") == 4
    assert codes_shown(admin_client) == ["1301", "7203", "9984"]
