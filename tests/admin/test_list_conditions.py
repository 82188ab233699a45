"""What narrows a list is seen above it, and each of it can be taken away by a link."""

import re
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.conf import settings
from django.test import Client
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.usefixtures("two_lists")

COMPANIES, EVENTS = "/admin/companies/company/", "/admin/companies/listingevent/"
ASKED = "?q=自動車&as_of=2024/3/10&market=0111&market=0112&sector33=3700&columns=market_name-scale&o=-0&p=1"


def told(page: Any) -> list[tuple[str, str]]:
    return [(condition.title, condition.words) for condition in page.context["cl"].conditions.on]


def chips(page: Any) -> list[str]:
    return re.findall(r'<li class="chip"><span>([^<]*)</span>', page.content.decode())


def without(page: Any, words: str) -> dict[str, list[str]]:
    [condition] = [one for one in page.context["cl"].conditions.on if one.words == words]
    assert f'href="{escape(condition.without)}"' in page.content.decode()
    return parse_qs(condition.without.removeprefix("?"))


def count_shown(page: Any) -> str:
    [words] = re.findall(r'<p class="conditions-count">([^<]*)</p>', page.content.decode())
    return str(words)


def test_every_condition_of_the_address_is_a_chip_in_words(admin_client: Client) -> None:
    page = admin_client.get(COMPANIES + ASKED)

    assert page.context["cl"].problems == []
    assert told(page) == [
        ("時点", "2024-03-10"), ("市場区分", "プライム"), ("市場区分", "スタンダード"), ("33業種", "輸送用機器"), ("検索", "自動車"),
    ]  # fmt: skip
    assert chips(page) == [
        "時点: 2024-03-10", "市場区分: プライム", "市場区分: スタンダード", "33業種: 輸送用機器", "検索: 自動車",
    ]  # fmt: skip


def test_each_chip_leads_to_the_list_without_it_and_with_all_the_others(admin_client: Client) -> None:
    page = admin_client.get(COMPANIES + ASKED)
    all_others = {
        "q": ["自動車"], "as_of": ["2024/3/10"], "market": ["0111", "0112"], "sector33": ["3700"],
        "columns": ["market_name-scale"], "o": ["-0"],
    }  # fmt: skip

    assert without(page, "自動車") == {name: asked for name, asked in all_others.items() if name != "q"}
    assert without(page, "2024-03-10") == {name: asked for name, asked in all_others.items() if name != "as_of"}
    assert without(page, "プライム") == {**all_others, "market": ["0112"]}
    assert without(page, "スタンダード") == {**all_others, "market": ["0111"]}
    assert without(page, "輸送用機器") == {name: asked for name, asked in all_others.items() if name != "sector33"}


def test_all_conditions_are_cleared_at_once_and_columns_and_order_stay(admin_client: Client) -> None:
    page = admin_client.get(COMPANIES + ASKED)

    assert page.context["cl"].conditions.cleared == "?o=-0&columns=market_name-scale"
    assert "条件をクリア" in page.content.decode()
    assert "条件をクリア" not in admin_client.get(COMPANIES).content.decode()


def test_that_the_list_of_today_leaves_out_who_has_gone_is_a_chip_too(admin_client: Client) -> None:
    page = admin_client.get(f"{COMPANIES}?listed=&market=")

    assert told(page) == [("現在の上場状態", "上場中")]
    assert without(page, "上場中") == {"listed": ["all"]}
    every = admin_client.get(f"{COMPANIES}?listed=all")
    assert told(every) == [("現在の上場状態", "すべて")]
    assert without(every, "すべて") == {}
    assert told(admin_client.get(f"{COMPANIES}?as_of=2024-03-10")) == [("時点", "2024-03-10")]


def test_what_was_known_once_is_a_chip_with_the_moment_in_words(admin_client: Client) -> None:
    page = admin_client.get(f"{COMPANIES}?known_at=1")

    [(title, words)] = told(page)
    assert title == "知られていた日時"
    assert words.startswith("改訂 1 の時点（")
    assert without(page, words) == {}


def test_a_list_says_how_many_there_are_of_how_many(admin_client: Client) -> None:
    for query, words in [
        ("", "4 件"),
        ("?market=0112", "4 件中 1 件"),
        ("?q=自動車", "4 件中 2 件"),
        ("?listed=all", "5 件"),
        ("?listed=all&q=9984", "5 件中 1 件"),
        ("?listed=no&market=0113", "1 件中 0 件"),
        ("?as_of=2024-03-10&sector33=3700", "4 件中 2 件"),
        ("?as_of=2024-03-10&q=極洋", "4 件中 1 件"),
        ("?known_at=1&market=0112", "4 件中 0 件"),
        ("?nonsense=1", "0 件"),
    ]:
        assert count_shown(admin_client.get(COMPANIES + query)) == words, (query, words)


def test_the_whole_number_is_asked_for_only_where_something_was_searched(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Session, user, three masters, values in use, count, page, search; the whole number is one more."""
    admin_client.get(COMPANIES)
    with django_assert_max_num_queries(12):
        admin_client.get(f"{COMPANIES}?market=0112&scale=-")
    with django_assert_max_num_queries(13):
        admin_client.get(f"{COMPANIES}?q=自動車&market=0112")


def test_the_ends_of_a_period_and_the_choices_of_other_lists_are_chips_too(admin_client: Client) -> None:
    page = admin_client.get(f"{EVENTS}?event_date_from=2024年3月1日&event_date_to=20240331&type=renamed")

    assert [words for _title, words in told(page)] == ["2024-03-01 から", "2024-03-31 まで", "銘柄名変更"]
    assert without(page, "2024-03-01 から") == {"event_date_to": ["20240331"], "type": ["renamed"]}
    runs = admin_client.get("/admin/syncjobs/syncrun/?status__exact=failed")
    assert told(runs) == [("状態", "失敗")]
    sectors = admin_client.get("/admin/masters/sector33/?sector17__code__exact=6&q=3")
    assert told(sectors) == [("17業種", "6 自動車・輸送機"), ("検索", "3")]


def test_what_cannot_be_read_can_be_taken_away_as_well(admin_client: Client) -> None:
    page = admin_client.get(f"{COMPANIES}?market=<b>&as_of=2024-13-99")

    assert told(page) == [("時点", "2024-13-99"), ("市場区分", "<b>")]
    assert chips(page) == ["時点: 2024-13-99", "市場区分: &lt;b&gt;"]


def test_the_form_of_the_filters_goes_to_the_first_page_and_keeps_what_it_does_not_ask_for(
    admin_client: Client,
) -> None:
    page = admin_client.get(f"{COMPANIES}?q=自動車&market=0111&columns=scale&o=-0&p=1")
    form = page.content.decode().partition('id="filter-form"')[2].partition("</form>")[0]

    assert re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form) == [
        ("q", "自動車"), ("columns", "scale"), ("o", "-0"),
    ]  # fmt: skip


def test_a_list_is_called_what_it_is(admin_client: Client) -> None:
    for path, title in [
        (COMPANIES, "銘柄一覧"),
        (EVENTS, "上場イベント一覧"),
        ("/admin/companies/issuerlist/", "EDINET コード一覧"),
        ("/admin/syncjobs/listupload/", "一覧ファイルの取込"),
        ("/admin/masters/market/", "市場区分一覧"),
        ("/admin/api/apikey/", "API キー一覧"),
    ]:
        page = admin_client.get(path).content.decode()

        [heading] = re.findall(r"<h1.*?</h1>", page, re.S)
        assert f">{title}</span>" in heading, (path, title)
        assert re.search(rf"<title>\s*{title} \|", page), (path, title)
        assert "を選択" not in heading, (path, title)


def test_english_has_the_same_words(admin_client: Client) -> None:
    admin_client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = admin_client.get(f"{COMPANIES}?market=0112&q=toyota").content.decode()

    assert "Market segment: Standard" in page
    assert "1 of 4" in page
    assert "Clear conditions" in page
    assert "Listed issues</span>" in page
