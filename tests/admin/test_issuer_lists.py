"""Lists of issuers in the admin: uploading one with a preview, and the pages of those that are in the ledger."""

import re
from datetime import date

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from companies.issuers.filer_rows import unpack_filers
from companies.issuers.issuer_lists import withdraw_issuer_list
from companies.models import CompanyIssuer, IssuerList, IssuerVersion
from sign_in.models import RecordedChange
from syncjobs.fetched_issuers import unpack_issuers
from syncjobs.models import IssuerListUpload, ListUpload
from tests.fakes.edinet import INDIVIDUAL, make_csv, make_row, make_zip

pytestmark = pytest.mark.usefixtures("two_lists")

UPLOADS, LISTS = "/admin/syncjobs/issuerlistupload/", "/admin/companies/issuerlist/"
MARCH, APRIL = date(2024, 3, 29), date(2024, 4, 5)
BEHIND = [make_row(2144, "7203"), make_row(2142, "7201"), make_row(12, "1301"), make_row(9999, 提出者種別=INDIVIDUAL)]
MANY = [make_row(10000 + number, str(7000 + number)) for number in range(2, 200)]


def upload(client: Client, content: bytes) -> str:
    """The page after it: the preview, or the form with what is wrong."""
    page = client.post(f"{UPLOADS}add/", {"file": SimpleUploadedFile("Edinetcode_20240329.zip", content)}, follow=True)
    assert page.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode().partition('id="main"')[2]).split())


def decide(client: Client, **fields: str) -> str:
    newest = IssuerListUpload.objects.order_by("-pk")[0]
    page = client.post(f"{UPLOADS}{newest.pk}/change/", fields, follow=True)
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_a_list_is_previewed_and_applied(admin_client: Client) -> None:
    shown = upload(admin_client, make_zip(MARCH, BEHIND))

    assert "2024-03-29 の EDINET コード一覧（提出者 3 件）" in shown
    assert (
        "証券コードあり 3、新しい発行体 3、内容が変わる提出者 3、発行体の情報が変わる銘柄 3（個人 1 件は取り込みません）"
        in shown
    )
    assert "1301 極洋ホールディングス ― E00012 会社12株式会社" in shown
    assert not IssuerList.objects.exists()

    assert "提出者 3 件（証券コードあり 3）、新しい発行体 3、発行体の情報が変わった銘柄 3" in decide(
        admin_client, apply=""
    )
    assert IssuerList.objects.get().date_in_force == MARCH
    assert IssuerListUpload.objects.get().status == "applied"
    assert "すでに取り込まれたか取り消されています" in decide(admin_client, apply="")


def test_a_later_list_shows_whose_issuer_changes_and_what_is_told_otherwise(admin_client: Client) -> None:
    upload(admin_client, make_zip(MARCH, BEHIND))
    decide(admin_client, apply="")
    shown = upload(
        admin_client,
        make_csv(APRIL, [make_row(5000, "7203"), make_row(2142, "7201", 決算日="12月31日"), make_row(12, "1301")]),
    )

    assert "7203 トヨタ自動車 E02144 会社2144株式会社 E05000 会社5000株式会社 ―" in shown
    assert "7201 日産自動車 E02142 会社2142株式会社 E02142 会社2142株式会社 決算日" in shown
    assert "1301 極洋" not in shown


def test_neither_the_file_nor_a_person_in_it_is_kept(admin_client: Client) -> None:
    upload(admin_client, make_zip(MARCH, [*BEHIND[:3], make_row(9999, 提出者種別=INDIVIDUAL, 提出者名="山田太郎")]))

    waiting = IssuerListUpload.objects.get()
    kept = unpack_issuers(waiting.content or b"")
    assert "E00012" in repr(kept)
    assert "山田" not in repr(kept)
    decide(admin_client, apply="")
    assert IssuerListUpload.objects.get().content is None
    assert "E09999" not in unpack_filers(IssuerList.objects.get().rows)
    assert not IssuerVersion.objects.filter(edinet_code="E09999").exists()


def test_what_is_discarded_changes_nothing(admin_client: Client) -> None:
    upload(admin_client, make_zip(MARCH, BEHIND))

    assert "何も書き込んでいません" in decide(admin_client, discard="")
    assert not IssuerList.objects.exists()


def test_the_same_list_again_is_said_to_be_there(admin_client: Client) -> None:
    upload(admin_client, make_zip(MARCH, BEHIND))
    decide(admin_client, apply="")

    assert "同じ内容の一覧がすでに取り込まれています" in upload(admin_client, make_zip(MARCH, BEHIND))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!DOCTYPE html><title>busy</title>", "Web ページ（HTML）です"),
        (make_zip(MARCH, BEHIND)[:300], "zip を開けません"),
        (make_zip(MARCH, BEHIND, count=9), "4 件しか読めません"),
        (make_csv(MARCH, BEHIND).decode("cp932").encode(), "Shift_JIS"),
        (make_zip(MARCH, [*BEHIND, make_row(2144)]), "同じEDINET コードの提出者が複数あります"),
        (make_zip(MARCH, [make_row(2144, "7203", 証券コード="0203")]), "証券コードではありません"),
    ],
    ids=["html", "cut", "count", "encoding", "twice", "code"],
)
def test_what_is_no_such_list_is_refused_in_words_and_not_kept(
    admin_client: Client, content: bytes, words: str
) -> None:
    assert words in upload(admin_client, content)
    assert not ListUpload.objects.exists()
    assert not IssuerList.objects.exists()


def test_half_a_list_is_taken_only_with_a_reason(admin_client: Client) -> None:
    upload(admin_client, make_zip(MARCH, [*BEHIND, *MANY]))
    decide(admin_client, apply="")

    shown = upload(admin_client, make_zip(APRIL, [*BEHIND, *MANY[:90]]))
    assert "201 件のうち 46.3% しかありません" in shown
    assert "この項目は必須です" in decide(admin_client, apply="", reason="")
    assert IssuerList.objects.count() == 1

    decide(admin_client, apply="", reason="合併が続いた")
    taken = IssuerListUpload.objects.order_by("-pk")[0]
    assert (taken.status, taken.is_forced, taken.force_reason) == ("applied", True, "合併が続いた")
    assert RecordedChange.objects.get(kind="approved").reason == "合併が続いた"
    assert IssuerList.objects.count() == 2


def test_the_ledger_of_issuers_is_shown_with_day_counts_and_status(admin_client: Client) -> None:
    upload(admin_client, make_zip(MARCH, BEHIND))
    decide(admin_client, apply="")
    entry = IssuerList.objects.get()
    page = admin_client.get(LISTS).content.decode()
    row = " ".join(re.sub(r"<[^>]+>", " ", page.partition('id="result_list"')[2].partition("</table>")[0]).split())

    assert f"2024-03-29 3 3 有効 一覧ファイル {entry.sha256[:12]}" in row
    withdraw_issuer_list(entry.pk, reason="誤り", withdrawn_by="operator")
    one = admin_client.get(f"{LISTS}{entry.pk}/change/").content.decode()
    assert "誤り（operator）" in one
    assert not CompanyIssuer.objects.filter(withdrawn_in=None).exists()
    assert "result_list" in admin_client.get(f"{LISTS}?status=withdrawn").content.decode()
    assert 'id="result_list"' not in admin_client.get(f"{LISTS}?status=holding").content.decode()


def test_lists_of_issues_and_of_issuers_have_pages_of_their_own(admin_client: Client) -> None:
    upload(admin_client, make_zip(MARCH, BEHIND))

    assert "Edinetcode_20240329.zip" in admin_client.get(UPLOADS).content.decode()
    assert "Edinetcode_20240329.zip" not in admin_client.get("/admin/syncjobs/listupload/").content.decode()


def test_an_analyst_sees_the_ledger_and_uploads_nothing(client: Client) -> None:
    analyst = User.objects.create_user("analyst", is_staff=True)
    analyst.groups.add(Group.objects.get(name="analyst"))
    client.force_login(analyst)

    assert client.get(LISTS).status_code == 200
    assert client.get(UPLOADS).status_code == 403
    assert client.get(f"{UPLOADS}add/").status_code == 302
