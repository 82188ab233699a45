"""`/7203` and `/company/7203`: a code that is typed, sent or kept leads to its company."""

import re
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client

from companies.issuers.official_dates.importing import import_official_dates
from companies.issuers.official_dates.rows import OfficialDay
from companies.ledger.snapshots import apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import Company, ListingSnapshot
from tests.conftest import MARCH
from tests.factories import make_issue

pytestmark = pytest.mark.usefixtures("two_lists")


def page_of(code: str) -> str:
    return f"/admin/companies/company/{Company.objects.get(code=code).pk}/change/"


def codes_on(page: str) -> list[str]:
    return re.findall(r'<span class="company-code">([^<]*)</span>', page)


def test_a_code_in_any_notation_leads_to_its_company(admin_client: Client) -> None:
    for address, code in [
        ("/7203", "7203"),
        ("/7203/", "7203"),
        ("/company/7203", "7203"),
        ("/company/7203/", "7203"),
        ("/72030", "7203"),
        ("/company/72030/", "7203"),
        ("/130A", "130A"),
        ("/130a", "130A"),
        ("/company/130a0", "130A"),
        ("/７２０３", "7203"),
        ("/company/7203.T", "7203"),
        ("/company/TYO:7203", "7203"),
    ]:
        answer = admin_client.get(address, follow=True)

        assert answer.redirect_chain[-1] == (page_of(code), 302), (address, code)
        assert answer.status_code == 200, (address, code)


def test_who_is_not_signed_in_signs_in_first_and_comes_back(client: Client) -> None:
    User.objects.create_superuser("root", password="correct horse battery")
    form = client.get("/company/7203", follow=True)
    assert form.redirect_chain[-1] == ("/admin/login/?next=/admin/companies/company/code/7203/", 302)

    signed_in = client.post(
        form.redirect_chain[-1][0], {"username": "root", "password": "correct horse battery"}, follow=True
    )

    assert signed_in.redirect_chain[-1] == (page_of("7203"), 302)


def test_nobody_learns_from_it_which_companies_there_are(client: Client) -> None:
    known, unknown = (client.get(f"/company/{code}", follow=True) for code in ("7203", "9999"))
    assert [one.redirect_chain[-1][0].partition("?")[0] for one in (known, unknown)] == ["/admin/login/"] * 2

    client.force_login(User.objects.create_user("visitor", is_staff=True))
    assert [client.get(f"/company/{code}", follow=True).status_code for code in ("7203", "9999")] == [403, 403]


def test_a_code_that_no_list_has_says_so_and_names_its_neighbours(admin_client: Client) -> None:
    answer = admin_client.get("/7202", follow=True)
    page = answer.content.decode()

    assert answer.status_code == 404
    assert "「7202」という銘柄はありません" in page
    assert "取り込んだ 2024-02-29 から 2024-03-29 までの一覧 2 件のどれにも、コード 7202 は載っていません。" in page
    assert codes_on(page) == ["130A", "1301", "7201", "7203", "9984"] or codes_on(page) == [
        "1301",
        "130A",
        "7201",
        "7203",
        "9984",
    ]
    assert f'href="{page_of("7201")}"' in page
    assert 'name="q" value="7202"' in page


def test_another_class_of_an_issue_leads_to_the_one_there_is(admin_client: Client) -> None:
    page = admin_client.get("/company/72035", follow=True).content.decode()

    assert "コードの初めの 4 文字が同じ銘柄" in page
    assert codes_on(page)[0] == "7203"


def test_what_is_no_code_says_what_codes_look_like_and_names_what_sounds_like_it(admin_client: Client) -> None:
    answer = admin_client.get("/company/とよた", follow=True)
    page = answer.content.decode()

    assert answer.status_code == 404
    assert "証券コードは 7203、130A、25935 のような 4 文字または 5 文字です" in page
    assert codes_on(page) == ["7203"]
    assert admin_client.get("/company/%00%01", follow=True).status_code == 404


def test_an_issue_that_is_announced_and_in_no_list_yet_is_told(admin_client: Client) -> None:
    import_official_dates([OfficialDay("999A", "listed", date(2099, 1, 5), company_name="これから商事")], origin="JPX")

    assert "公式の日: 2099-01-05 新規上場 これから商事" in admin_client.get("/999a", follow=True).content.decode()


def test_one_that_was_known_until_its_list_was_taken_back_is_told(admin_client: Client) -> None:
    sentence = "一度は一覧に載っていましたが"
    assert sentence not in admin_client.get("/999A", follow=True).content.decode()

    withdraw_entry(ListingSnapshot.objects.get(date_in_force=MARCH).pk, reason="誤り", withdrawn_by="operator")

    assert sentence in admin_client.get("/130A", follow=True).content.decode()


def test_without_any_list_it_says_so(admin_client: Client) -> None:
    ListingSnapshot.objects.all().delete()

    assert "まだ一覧が取り込まれていません。" in admin_client.get("/9999", follow=True).content.decode()


def test_without_a_code_it_leads_to_the_list(admin_client: Client) -> None:
    for address in ["/company", "/company/"]:
        assert admin_client.get(address)["Location"] == "/admin/companies/company/", address


def test_other_addresses_are_still_none(client: Client) -> None:
    for address in ["/nothing", "/720", "/720333", "/favicon.ico", "/company/7203/more"]:
        assert client.get(address).status_code == 404, address


def test_a_company_that_is_gone_has_its_page_too(admin_client: Client) -> None:
    apply_snapshot(date(2024, 4, 30), [make_issue("7203")], "jpx", force=True)

    assert "上場廃止" in admin_client.get("/9984", follow=True).content.decode()
