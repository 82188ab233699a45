"""The list of companies in the admin: today's, and that of a past day."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from companies.models import Company
from tests.examples import so_many

pytestmark = pytest.mark.usefixtures("two_lists")


def codes_shown(client: Client, query: str = "") -> list[str]:
    page = client.get(f"/admin/companies/company/{query}")
    assert page.status_code == 200
    return re.findall(r'/admin/companies/company/\d+/change/[^"]*"[^>]*>\s*([0-9A-Z]{4,5})\s*<', page.content.decode())


def test_the_list_opens_in_japanese_within_twelve_queries(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    # Session, user, three masters for the filters, count, page.
    with django_assert_max_num_queries(12):
        page = admin_client.get("/admin/companies/company/", headers={"Accept-Language": "en-US"})

    assert page.status_code == 200
    assert "トヨタ自動車" in page.content.decode()
    assert "市場区分" in page.content.decode()


def test_only_listed_companies_are_shown_unless_asked_for(admin_client: Client) -> None:
    assert codes_shown(admin_client) == ["1301", "130A", "7201", "7203"]
    assert codes_shown(admin_client, "?listed=no") == ["9984"]
    assert codes_shown(admin_client, "?listed=all") == ["1301", "130A", "7201", "7203", "9984"]


def test_a_past_day_shows_the_universe_and_the_values_of_that_day(admin_client: Client) -> None:
    page = admin_client.get("/admin/companies/company/?as_of=2024-03-10").content.decode()

    assert codes_shown(admin_client, "?as_of=2024-03-10") == ["1301", "7201", "7203", "9984"]
    assert "極洋ホールディングス" not in page
    assert "2024-03-10 の時点の内容です（2024-02-29 の一覧による）" in page


def test_a_past_day_says_nothing_of_what_came_after_it(admin_client: Client) -> None:
    """9984 has gone since, 7203 has been confirmed since."""
    page = admin_client.get("/admin/companies/company/?as_of=2024-03-10&columns=listed-first_day-last_day-price")

    cells = {
        company.code: (company.state_is_active, company.state_last_seen_on)
        for company in page.context["cl"].result_list
    }
    assert cells == dict.fromkeys(["1301", "7201", "7203", "9984"], (True, date(2024, 2, 29)))
    table = page.content.decode().partition('id="result_list"')[2].partition("</table>")[0]
    assert "廃止" not in table
    assert "2024-03-29" not in table
    assert "株価" not in table
    assert "2024-02-29 以前から上場" in table


def test_every_column_sorts(admin_client: Client) -> None:
    for day in ["", "&as_of=2024-03-10"]:
        for order in range(1, 11):
            assert admin_client.get(f"/admin/companies/company/?o=-{order}{day}").status_code == 200, (order, day)


def test_the_search_of_a_past_day_is_in_the_order_of_that_day(admin_client: Client) -> None:
    """9984 has gone since, and still comes where its likeness puts it."""
    assert codes_shown(admin_client, "?q=グループ&as_of=2024-03-10&listed=all") == ["9984"]
    assert codes_shown(admin_client, "?q=7203&as_of=2024-03-10") == ["7203"]


def test_filters_read_the_values_of_the_chosen_day(admin_client: Client) -> None:
    assert codes_shown(admin_client, "?market=0112") == ["7203"]
    assert codes_shown(admin_client, "?market=0112&as_of=2024-03-10") == []
    assert codes_shown(admin_client, "?market=0111&as_of=2024-03-10") == ["1301", "7201", "7203", "9984"]
    assert codes_shown(admin_client, "?as_of=2024-03-10&listed=no") == ["9984"]


def test_several_values_of_a_filter_mean_any_of_them(admin_client: Client) -> None:
    assert codes_shown(admin_client, "?market=0112&market=0113") == ["130A", "7203"]
    assert codes_shown(admin_client, "?sector33=0050&sector17=1&scale=-") == ["1301"]
    assert codes_shown(admin_client, "?margin=1") == []
    assert codes_shown(admin_client, "?product=014") == []


COUNTED = re.compile(r'<option value="([^"]*)"[^>]*>\s*[^<]*\(([0-9,]+)\)')


@pytest.mark.parametrize(
    "query",
    ["", "?as_of=2024-03-10", "?market=0111&sector33=3700&listed=all", "?q=自動車"],
)
def test_each_choice_tells_how_many_it_leaves(admin_client: Client, query: str) -> None:
    page = admin_client.get(f"/admin/companies/company/{query}")
    number = so_many(in_each_run=2, in_proofs=99)

    for spec in page.context["cl"].filter_specs[2:]:
        form = next(iter(spec.choices(page.context["cl"])))["form"]
        counted = COUNTED.findall(str(form))
        assert len(counted) == len(spec.lookup_choices)
        assert len(counted) > 2
        # In proofs all that find something, and some that do not.
        finding = [pair for pair in counted if pair[1] != "0"][:number]
        without = [pair for pair in counted if pair[1] == "0"][: number // 2][:2]
        for value, count in finding + without:
            other = admin_client.get("/admin/companies/company/", query_with(page, spec.parameter_name, value))
            listed = other.context["cl"]
            assert listed.queryset.count() == listed.result_count == int(count), (spec.parameter_name, value)


def query_with(page: Any, parameter: str, value: str) -> dict[str, Any]:
    query = dict(page.wsgi_request.GET.lists())
    return {**query, parameter: [value]}


def test_search_reads_the_names_of_the_chosen_day(admin_client: Client) -> None:
    assert codes_shown(admin_client, "?q=ﾎｰﾙﾃﾞｨﾝｸﾞｽ") == ["1301"]
    assert codes_shown(admin_client, "?q=ﾎｰﾙﾃﾞｨﾝｸﾞｽ&as_of=2024-03-10") == []
    assert codes_shown(admin_client, "?q=ソフトバンク&as_of=2024-03-10") == ["9984"]


def test_a_chosen_column_orders_what_was_found(admin_client: Client) -> None:
    assert codes_shown(admin_client, "?q=自動車&o=-0") == ["7203", "7201"]
    assert codes_shown(admin_client, "?q=自動車&o=0") == ["7201", "7203"]


def test_a_day_before_the_first_list_says_which_is_the_first(admin_client: Client) -> None:
    page = admin_client.get("/admin/companies/company/?as_of=2004-01-01").content.decode()

    assert codes_shown(admin_client, "?as_of=2004-01-01") == []
    assert "2024-02-29" in page


def test_a_day_that_is_none_is_explained(admin_client: Client) -> None:
    page = admin_client.get("/admin/companies/company/?as_of=2024-13-99").content.decode()

    assert "時点の日付を読めません。2024-03-29 のように入力してください。" in page


def test_anonymous_visitors_are_sent_to_the_login(client: Client) -> None:
    assert client.get("/admin/companies/company/").status_code == 302


def test_no_columns_at_all_are_the_usual_ones(admin_client: Client) -> None:
    nothing = admin_client.post("/admin/companies/company/columns/", {"query": ""})

    assert len(admin_client.get(nothing.headers["Location"]).context["cl"].list_display) == 10


def test_unknown_columns_in_the_cookie_do_no_harm(admin_client: Client) -> None:
    admin_client.cookies["company_columns"] = "password-__class__"

    assert len(admin_client.get("/admin/companies/company/").context["cl"].list_display) == 10


def test_companies_are_suggested_while_typing(admin_client: Client) -> None:
    suggest = "/admin/companies/company/suggest/"

    assert "トヨタ自動車" in admin_client.get(f"{suggest}?q=とよ").content.decode()
    assert "上場廃止" in admin_client.get(f"{suggest}?q=9984").content.decode()
    assert "見つかりません。" in admin_client.get(f"{suggest}?q=zzzz").content.decode()
    assert admin_client.get(f"{suggest}?q=").content.strip() == b""


def test_a_code_that_is_searched_for_opens_the_company(admin_client: Client) -> None:
    for typed in ["7203", "72030", "7203.T", "TYO: 7203", "７２０３", " 7203 "]:
        answer = admin_client.get("/admin/companies/company/open/", {"q": typed, "listed": "all"})

        assert answer["Location"] == f"/admin/companies/company/{Company.objects.get(code='7203').pk}/change/", typed


def test_everything_else_is_searched_in_the_list(admin_client: Client) -> None:
    for typed in ["トヨタ", "72", "7204", "7203.N", ""]:
        answer = admin_client.get("/admin/companies/company/open/", {"q": typed, "market": "0111"})

        assert answer["Location"] == f"/admin/companies/company/?{urlencode({'q': typed, 'market': '0111'})}", typed


def test_opening_by_code_needs_the_right_to_see_companies(client: Client) -> None:
    client.force_login(User.objects.create_user("nobody", is_staff=True))

    assert client.get("/admin/companies/company/open/?q=7203").status_code == 403
