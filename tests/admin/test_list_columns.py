"""The columns of the company list are a part of its link: whoever gets it sees the same."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

pytestmark = pytest.mark.usefixtures("two_lists")

COMPANIES = "/admin/companies/company/"
USUAL = [
    "code", "name", "market_name", "sector33_name", "scale", "margin", "product", "listed", "first_day", "last_day",
]  # fmt: skip
FROM_OUR_PAGES = {"Referer": "http://testserver/admin/"}


def columns(page: Any) -> list[str]:
    return list(page.context["cl"].list_display)


def choose(client: Client, *names: str, query: str = "") -> str:
    """Where the form leads."""
    return str(client.post(f"{COMPANIES}columns/", {"columns": names, "query": query}).headers["Location"])


def test_chosen_columns_stand_in_the_address(admin_client: Client) -> None:
    address = choose(admin_client, "scale", "market_name", query="market=0112&q=トヨタ")

    assert parse_qs(urlsplit(address).query) == {"market": ["0112"], "q": ["トヨタ"], "columns": ["market_name-scale"]}
    assert columns(admin_client.get(address)) == ["code", "name", "market_name", "scale"]


def test_a_link_shows_a_colleague_the_same_whatever_their_browser_remembers(admin_client: Client) -> None:
    mine = admin_client.get(f"{COMPANIES}?market=0111&market=0112&as_of=2024-03-10&o=-2.0")
    link = f"{COMPANIES}?{mine.context['cl'].link}"
    admin_client.cookies["company_columns"] = "code-name-price-kana"
    theirs = admin_client.get(link)

    assert columns(theirs) == columns(mine) == USUAL
    assert [one.code for one in theirs.context["cl"].result_list] == [
        one.code for one in mine.context["cl"].result_list
    ]
    assert theirs.context["cl"].get_ordering_field_columns() == mine.context["cl"].get_ordering_field_columns()
    assert theirs.context["cl"].link == mine.context["cl"].link


def test_a_link_that_names_no_columns_shows_the_usual_ones_to_who_remembers_others(admin_client: Client) -> None:
    choose(admin_client, "scale")
    page = admin_client.get(f"{COMPANIES}?market=0112", follow=True)

    assert columns(page) == USUAL
    # Every link of the page says so from then on.
    assert "columns=market_name-sector33_name" in page.redirect_chain[0][0]


@pytest.mark.parametrize(("path", "headers"), [(COMPANIES, {}), (f"{COMPANIES}?market=0112", FROM_OUR_PAGES)])
def test_who_comes_by_themselves_finds_the_columns_of_last_time(
    admin_client: Client, path: str, headers: dict[str, str]
) -> None:
    choose(admin_client, "scale")

    assert columns(admin_client.get(path, follow=True, headers=headers)) == ["code", "name", "scale"]


def test_an_order_is_of_the_columns_that_it_was_made_for(admin_client: Client) -> None:
    choose(admin_client, "scale")
    page = admin_client.get(f"{COMPANIES}?o=-2", follow=True, headers=FROM_OUR_PAGES)

    assert columns(page) == USUAL
    assert page.context["cl"].get_ordering_field_columns() == {2: "desc"}


def test_the_usual_columns_are_no_choice_to_remember(admin_client: Client) -> None:
    choose(admin_client, "scale")
    address = choose(admin_client, *USUAL, query="columns=scale")

    assert address == f"{COMPANIES}?"
    assert admin_client.get(COMPANIES).status_code == 200
    assert columns(admin_client.get(COMPANIES)) == USUAL


def test_the_order_is_kept_by_the_columns_that_stay(admin_client: Client) -> None:
    assert choose(admin_client, "scale", query="o=-4.2") == f"{COMPANIES}?o=-2&columns=scale"
    assert choose(admin_client, "market_name", query="columns=scale&o=2") == f"{COMPANIES}?columns=market_name"
    assert choose(admin_client, "scale", query="o=zz.99.") == f"{COMPANIES}?columns=scale"


def test_columns_that_there_are_not_are_named(admin_client: Client) -> None:
    page = admin_client.get(f"{COMPANIES}?columns=scale-password-__class__")

    assert page.context["cl"].problems == [
        "条件「表示する列: columns」に「password」という値はありません。",
        "条件「表示する列: columns」に「__class__」という値はありません。",
    ]
    assert list(page.context["cl"].result_list) == []


def test_a_past_day_says_which_columns_it_leaves_out(admin_client: Client) -> None:
    page = admin_client.get(f"{COMPANIES}?columns=scale-price-price_change&as_of=2024-03-10")

    assert columns(page) == ["code", "name", "scale"]
    assert "過去の時点では出ない列: 株価、前日比（今の値のため）" in page.content.decode()
    assert "過去の時点では出ない列" not in admin_client.get(f"{COMPANIES}?columns=scale-price").content.decode()


def test_files_and_pages_and_sorting_keep_the_columns(admin_client: Client) -> None:
    page = admin_client.get(f"{COMPANIES}?columns=scale&market=0112").content.decode()

    assert "export/?format=xlsx&amp;columns=scale&amp;market=0112" in page
    assert "?columns=scale&amp;market=0112&amp;o=" in page
    assert '<input type="hidden" name="columns" value="scale">' in page
    saved: Any = admin_client.get(f"{COMPANIES}export/?format=csv&columns=scale")
    assert saved.getvalue().decode("utf-8-sig").splitlines()[0] == "コード,銘柄名,規模区分"
