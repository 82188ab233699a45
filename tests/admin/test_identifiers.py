"""Identifiers in the admin: the list, and the page of a company."""

import re
from datetime import date

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from companies.issuers.identifiers.importing import import_identifiers
from companies.issuers.identifiers.statements import Statement
from companies.models import Company

pytestmark = pytest.mark.usefixtures("two_lists")

LIST = "/admin/companies/companyidentifier/"
OLD, NEW, FIGI = "JP3633400001", "JP3756600007", "BBG000BCM915"


@pytest.fixture(autouse=True)
def identifiers(two_lists: None) -> None:
    import_identifiers(
        [Statement("7203", "isin", OLD, origin="first.csv"), Statement("7201", "figi", FIGI, origin="協議会")]
    )
    import_identifiers([Statement("7203", "isin", NEW, date(2024, 4, 1), origin="second.csv")])
    import_identifiers([Statement("1375", "isin", "JP3435000009", origin="third.csv")])


def rows(client: Client, query: str = "") -> list[str]:
    page = client.get(LIST + query)
    assert page.status_code == 200
    table = page.content.decode().partition('id="result_list"')[2].partition("</table>")[0]
    found = re.findall(r"<tr.*?</tr>", table.partition("</thead>")[2], re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def test_the_list_shows_what_is_known_with_the_name_of_the_company(admin_client: Client) -> None:
    assert rows(admin_client) == [
        "1375 ― ISIN JP3435000009 ― ― third.csv 5 ―",
        f"7201 日産自動車 FIGI {FIGI} ― ― 協議会 3 ―",
        f"7203 トヨタ自動車 ISIN {OLD} ― 2024-04-01 first.csv 4 ―",
        f"7203 トヨタ自動車 ISIN {NEW} 2024-04-01 ― second.csv 4 ―",
    ]


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("?scheme=figi", [FIGI]),
        ("?state=today", ["JP3435000009", FIGI, NEW]),
        ("?state=other", [OLD]),
        ("?state=withdrawn", [OLD]),
        ("?q=7203.T", [OLD, NEW]),
        ("?q=jp37566", [NEW]),
        ("?q=協議会", [FIGI]),
        ("?scheme=cusip", []),
    ],
)
def test_it_can_be_narrowed_and_searched(admin_client: Client, query: str, values: list[str]) -> None:
    assert [next(word for word in row.split() if len(word) == 12) for row in rows(admin_client, query)] == values


def test_the_page_of_a_company_tells_them_with_validity_and_origin(admin_client: Client) -> None:
    page = admin_client.get(f"/admin/companies/company/{Company.objects.get(code='7203').pk}/change/").content.decode()
    block = page.partition('aria-labelledby="identifiers"')[2].partition("</section>")[0]

    told = " ".join(re.sub(r"<[^>]+>", " ", block.partition("<tbody>")[2]).split())
    assert told == f"ISIN {NEW} 2024-04-01 終わりは知られていない second.csv ISIN {OLD} 以前から 2024-04-01 first.csv"
    assert block.count("<strong>") == 1


def test_nobody_edits_them_and_analysts_see_them(client: Client, admin_client: Client) -> None:
    analyst = User.objects.create_user("analyst", is_staff=True)
    analyst.groups.add(Group.objects.get(name="analyst"))
    client.force_login(analyst)

    assert len(rows(client)) == 4
    assert admin_client.get(f"{LIST}add/").status_code == 403
