"""A list of the admin leaves out nothing of its address: what it cannot read it names, and shows and saves nothing."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.examples import so_many

pytestmark = pytest.mark.usefixtures("two_lists")

COMPANIES, EVENTS = "/admin/companies/company/", "/admin/companies/listingevent/"
LISTS = [
    "companies_company", "companies_listingevent", "companies_listingsnapshot", "companies_ledgerrevision", "syncjobs_syncrun",
    "syncjobs_listupload", "syncjobs_issuerlistupload", "syncjobs_calendarday", "companies_issuer", "companies_issuerlist", "companies_companyidentifier",
    "companies_succession", "companies_officialdate", "companies_historyproof",
    "django_celery_beat_periodictask", "datasources_datasource", "masters_market", "masters_sector33", "masters_sector17",
    "api_apikey", "auth_user", "auth_group", "backups_backuprecord", "sign_in_recordedchange",
    "subscriptions_watchlist", "subscriptions_savedview", "subscriptions_destination", "subscriptions_subscription", "subscriptions_delivery",
]  # fmt: skip


def shown(page: Any) -> list[Any]:
    return list(page.context["cl"].result_list)


def problems(page: Any) -> list[str]:
    return list(page.context["cl"].problems)


def test_every_list_is_asked_here() -> None:
    registered = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}

    assert registered == set(LISTS)


#: What no list can read.
UNREADABLE = (
    "e=1", "nonsense=1", "id__exact=x", "p=abc", "p=0", "p=9999", "o=99", "o=x", "q=%00", "_format=csv", "pk=1",
)  # fmt: skip


def some_unreadable(name: str) -> list[str]:
    """Others for each list, so that each of them is asked of five lists and more."""
    first = LISTS.index(name)
    number = so_many(in_each_run=2, in_proofs=len(UNREADABLE))
    return [UNREADABLE[(first + step) % len(UNREADABLE)] for step in range(number)]


@pytest.mark.parametrize("name", LISTS)
def test_no_list_shows_anything_for_what_it_cannot_read(admin_client: Client, name: str) -> None:
    for query in some_unreadable(name):
        page = admin_client.get(f"{reverse(f'admin:{name}_changelist')}?{query}")

        assert page.status_code == 200, query
        assert shown(page) == [], query
        assert len(problems(page)) == 1, query
        assert "読めない条件があるため、何も表示していません。" in page.content.decode(), query
        assert "0 " in page.content.decode(), query


def test_what_cannot_be_read_is_named(admin_client: Client) -> None:
    for path, words in [
        (f"{COMPANIES}?e=1", "「e」という条件は、この画面にはありません。"),
        (f"{COMPANIES}?market=9999", "条件「市場区分: market」に「9999」という値はありません。"),
        (f"{COMPANIES}?market=0111&market=x", "条件「市場区分: market」に「x」という値はありません。"),
        (f"{COMPANIES}?listed=maybe", "条件「現在の上場状態: listed」に「maybe」という値はありません。"),
        (f"{COMPANIES}?listed=yes&listed=no", "「listed」が何度も指定されています。1 つにしてください。"),
        (f"{COMPANIES}?as_of=2024-13-99", "「2024-13-99」: 時点の日付を読めません。"),
        (f"{COMPANIES}?known_at=1&known_at=2", "「known_at」が何度も指定されています。1 つにしてください。"),
        (f"{EVENTS}?event_date_from=2025/13/1", "期間の始まり: 「2025/13/1」は日付として読めません。"),
        (f"{EVENTS}?event_date_to=きのう", "期間の終わり: 「きのう」は日付として読めません。"),
        (
            f"{EVENTS}?event_date_from=2024-03-30&event_date_to=2024-03-01",
            "期間の始まり（2024-03-30）が、終わり（2024-03-01）より後です。",
        ),
        (f"{EVENTS}?type=exploded", "条件「種別: type」に「exploded」という値はありません。"),
        (f"{COMPANIES}?q={'極' * 101}", "検索する文字は 100 字までです。"),
        (f"{EVENTS}?p=2", "2 ページ目はありません（全 1 ページ）。"),
        ("/admin/syncjobs/syncrun/?status__exact=done", "条件「状態: status__exact」に「done」という値はありません。"),
        ("/admin/syncjobs/syncrun/?q=7203", "条件「検索: q」に「7203」という値はありません。"),
        ("/admin/companies/listingsnapshot/?status=2", "に「2」という値はありません。"),
        ("/admin/masters/sector33/?sector17__code__exact=98", "に「98」という値はありません。"),
    ]:
        page = admin_client.get(path)

        assert shown(page) == [], (path, words)
        assert words in page.content.decode(), (path, words)


@pytest.mark.parametrize(("query", "words"), [("o=zz", "“Order: o”"), ("q=%00", "“Search: q”")])
def test_and_in_english_for_who_reads_that(admin_client: Client, query: str, words: str) -> None:
    admin_client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    assert words in problems(admin_client.get(f"{COMPANIES}?{query}"))[0]


def test_no_file_is_made_of_what_cannot_be_read(admin_client: Client) -> None:
    for query in ["e=1", "as_of=x", "event_date_from=2025/13/1", "market=9999", "p=7", "o=zz"]:
        for name in ["companies_company", "companies_listingevent"]:
            answer = admin_client.get(f"{reverse(f'admin:{name}_export')}?format=csv&{query}", follow=True)

            assert answer.redirect_chain[0][1] == 302, (name, query)
            assert "attachment" not in answer.headers.get("Content-Disposition", ""), (name, query)
            assert shown(answer) == [], (name, query)
            assert problems(answer) != [], (name, query)


def test_a_kind_of_file_that_is_none_keeps_the_conditions(admin_client: Client) -> None:
    answer = admin_client.get(f"{EVENTS}export/?format=doc&type=renamed", follow=True)

    assert answer.redirect_chain == [(f"{EVENTS}?type=renamed", 302)]
    assert "ファイルの形式は csv、xlsx、ndjson、parquet のいずれかです。" in answer.content.decode()


def test_the_counts_of_choices_are_of_nothing_too(admin_client: Client) -> None:
    page = admin_client.get(f"{COMPANIES}?nonsense=1")

    assert page.context["cl"].result_count == 0
    assert page.context["cl"].choice_counts.total() == 0


def test_days_are_taken_as_people_write_them(admin_client: Client) -> None:
    for day in ["2024/3/29", "20240329", "2024.3.29", "２０２４年３月２９日", "令和6年3月29日", "R6.3.29"]:
        events = admin_client.get(EVENTS, {"event_date_from": day, "event_date_to": day})
        companies = admin_client.get(COMPANIES, {"as_of": day})
        compared = admin_client.get(f"{COMPANIES}compare/", {"first": "2024-02-29", "second": day})
        saved = admin_client.get(f"{EVENTS}export/", {"event_date_from": day}).getvalue().decode()

        assert (len(shown(events)), problems(events)) == (4, []), day
        assert (len(shown(companies)), problems(companies)) == (4, []), day
        assert compared.context["total"] == 4, day
        # As the first list with the change, and as the end of the time between two lists.
        assert saved.count("2024-03-29") == 8, day


def test_empty_conditions_are_none(admin_client: Client) -> None:
    """A form sends its empty fields too."""
    page = admin_client.get(f"{EVENTS}?event_date_from=&event_date_to=&type=&q=&market=&p=1&o=")

    assert (len(shown(page)), problems(page)) == (4, [])


def test_the_comparison_of_two_days_names_what_it_cannot_read(admin_client: Client) -> None:
    for query, words in [
        ("first=2024-02-29&second=2024-03-29&kind=exploded", "条件「kind」に「exploded」という値はありません。"),
        ("first=2024-02-29&second=2024-03-29&nonsense=1", "「nonsense」という条件は、この画面にはありません。"),
        ("first=2024-02-29&second=2024-03-29&p=x", "条件「p」に「x」という値はありません。"),
        ("first=2024-02-29&second=2024-03-29&p=9", "条件「p」に「9」という値はありません。"),
        ("second=2024-03-29", "この項目は必須です。"),
        ("first=2024/2/30&second=2024-03-29", "「2024/2/30」は日付として読めません。"),
    ]:
        page = admin_client.get(f"{COMPANIES}compare/?{query}")

        assert words in page.content.decode(), (query, words)
        assert "rows" not in page.context, (query, words)
