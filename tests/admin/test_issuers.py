"""Issuers in the admin: their list and page, and what a company's page and list tell of them."""

import re
from datetime import date
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from companies.issuers.issuer_lists import apply_issuer_list
from companies.models import Company, Issuer, LedgerRevision
from tests.edinet_lists import make_filer

pytestmark = pytest.mark.usefixtures("two_lists")

JANUARY, APRIL = date(2024, 1, 31), date(2024, 4, 30)


@pytest.fixture(autouse=True)
def issuers(two_lists: None) -> None:
    """Toyota's reading changed in April; Nissan has an English name."""
    nissan = make_filer(
        "7201",
        "E02142",
        name="日産自動車株式会社",
        name_kana="ニッサンジドウシャ",
        name_english="NISSAN MOTOR CO., LTD.",
    )
    for day, kana in ((JANUARY, "トヨタジドウシャ"), (APRIL, "トヨタモーター")):
        toyota = make_filer(
            "7203", "E02144", name="トヨタ自動車株式会社", name_kana=kana, corporate_number="1180301018771"
        )
        apply_issuer_list(day, [nissan, toyota], force=True)


def text_of(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def codes_found(client: Client, query: str) -> list[str]:
    page = client.get(f"/admin/companies/company/?{query}").content.decode()
    return re.findall(r'/admin/companies/company/\d+/change/[^"]*"[^>]*>\s*([0-9A-Z]{4,5})\s*<', page)


def test_companies_are_found_by_what_is_told_of_their_issuer(admin_client: Client) -> None:
    for typed in ["とよたもーたー", "トヨタモーター", "E02144", "1180301018771", "T1180301018771", "toyotamotor"]:
        assert codes_found(admin_client, f"q={quote(typed)}")[0] == "7203", typed


def test_of_a_past_day_the_reading_of_that_day_finds_and_is_shown(admin_client: Client) -> None:
    assert codes_found(admin_client, f"as_of=2024-03-30&q={quote('とよたもーたー')}") == []
    assert codes_found(admin_client, f"as_of=2024-04-30&q={quote('とよたもーたー')}") == ["7203"]
    shown = "/admin/companies/company/?columns=kana-edinet-number-year_end"
    assert "トヨタジドウシャ E02144 1180301018771" in text_of(admin_client, f"{shown}&as_of=2024-03-30")
    assert "トヨタモーター E02144 1180301018771" in text_of(admin_client, shown)


def test_as_known_before_the_second_list_of_issuers_the_first_is_told(admin_client: Client) -> None:
    first = LedgerRevision.objects.filter(kind="issuer_list").earliest("number").number

    shown = "/admin/companies/company/?columns=kana&as_of=2024-04-30"
    assert "トヨタジドウシャ" in text_of(admin_client, f"{shown}&known_at={first}")
    assert "トヨタジドウシャ" not in text_of(admin_client, f"{shown}&known_at={first - 1}")


def test_the_file_of_the_list_has_what_is_told_of_issuers(admin_client: Client) -> None:
    file = admin_client.get("/admin/companies/company/export/?format=csv&all_columns=1&q=E02142").getvalue()
    heading, row = file.decode("utf-8-sig").splitlines()

    told = dict(zip(heading.split(","), row.replace('"NISSAN MOTOR CO., LTD."', "NISSAN").split(","), strict=True))
    assert (told["英語名"], told["ヨミ"], told["EDINET コード"]) == ("NISSAN", "ニッサンジドウシャ", "E02142")


def test_the_page_of_a_company_leads_to_its_issuer_and_tells_its_history(admin_client: Client) -> None:
    company, issuer = Company.objects.get(code="7203"), Issuer.objects.get(edinet_code="E02144")
    page = admin_client.get(f"/admin/companies/company/{company.pk}/change/").content.decode()

    assert f'href="/admin/companies/issuer/{issuer.pk}/change/"' in page
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "2024-02-29 〜 2024-04-30 E02144 トヨタジドウシャ" in text
    assert "2024-04-30 〜 現在 E02144 トヨタモーター" in text


def test_the_list_of_issuers_is_searched_and_the_page_of_one_tells_its_issues(admin_client: Client) -> None:
    assert "トヨタ自動車株式会社" in text_of(admin_client, f"/admin/companies/issuer/?q={quote('とよた')}")
    assert "日産自動車株式会社" not in text_of(admin_client, f"/admin/companies/issuer/?q={quote('とよた')}")

    text = text_of(admin_client, f"/admin/companies/issuer/{Issuer.objects.get(edinet_code='E02144').pk}/change/")
    assert "7203 トヨタ自動車 2024-02-29 〜 現在 上場中" in text
    assert re.search("届け出た証券コード *: *7203（2024-01-31 〜 *現在 *）", text)


def test_a_revision_tells_what_became_known_of_issuers(admin_client: Client) -> None:
    newest = LedgerRevision.objects.latest("number")

    text = text_of(admin_client, f"/admin/companies/ledgerrevision/{newest.pk}/change/")

    assert "EDINET コード一覧の取込" in text
    assert "EDINET 2024-04-30" in text
    assert "発行体 3 件" in text
    assert "記録 発行体 7203 E02144、トヨタモーター、2024-04-30 〜 現在" in text


def test_an_analyst_sees_issuers(client: Client) -> None:
    analyst = User.objects.create_user("sato", password="secret", is_staff=True)
    analyst.groups.add(Group.objects.get(name="analyst"))
    client.force_login(analyst)

    assert client.get("/admin/companies/issuer/").status_code == 200
