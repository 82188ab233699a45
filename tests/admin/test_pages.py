"""The pages of the ledger in the admin."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from companies.models import Company

pytestmark = pytest.mark.usefixtures("two_lists")


def test_anonymous_visitors_are_sent_to_the_login(client: Client) -> None:
    assert client.get("/admin/companies/company/").status_code == 302


def test_the_list_opens_in_japanese_within_twelve_queries(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(12):
        page = admin_client.get("/admin/companies/company/", headers={"Accept-Language": "en-US"})

    assert page.status_code == 200
    assert "トヨタ自動車" in page.content.decode()
    assert "市場区分" in page.content.decode()


def test_search_understands_other_spellings(admin_client: Client) -> None:
    page = admin_client.get("/admin/companies/company/?q=ﾄﾖﾀ").content.decode()

    assert "トヨタ自動車" in page
    assert "日産自動車" not in page


def test_the_page_of_a_company_has_its_history(admin_client: Client) -> None:
    page = admin_client.get(f"/admin/companies/company/{Company.objects.get(code='7203').pk}/change/")

    assert page.status_code == 200
    assert "市場区分変更" in page.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "companies/listingevent/",
        "companies/listingsnapshot/",
        "masters/market/",
        "masters/sector33/",
        "api/apikey/add/",
    ],
)
def test_every_page_opens(admin_client: Client, path: str) -> None:
    assert admin_client.get(f"/admin/{path}").status_code == 200
