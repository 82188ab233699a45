"""Uploading a list in the admin."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from companies.models import Company, ListingSnapshot
from syncjobs.models import ListUpload
from tests.datasources.test_jpx_listing import ETF, KYOKUYO, csv_of
from tests.datasources.workbooks import modern

pytestmark = pytest.mark.django_db

ADD = "/admin/syncjobs/listupload/add/"


def upload(client: Client, content: bytes) -> Any:
    return client.post(ADD, {"file": SimpleUploadedFile("data_j.xls", content)}, follow=True)


def test_a_list_is_previewed_before_it_is_applied(admin_client: Client) -> None:
    page = upload(admin_client, csv_of(KYOKUYO, ETF)).content.decode()

    assert "2024-02-29 の一覧（2 件）" in page
    assert not ListingSnapshot.objects.exists()

    waiting = ListUpload.objects.get()
    done = admin_client.post(f"/admin/syncjobs/listupload/{waiting.pk}/change/", {"apply": ""}, follow=True)

    assert "取り込みました: 全 2 件" in done.content.decode()
    assert Company.objects.count() == 2
    assert admin_client.get(f"/admin/syncjobs/listupload/{waiting.pk}/change/").status_code == 200


def test_a_picture_is_refused_at_the_field_and_nothing_is_kept(admin_client: Client) -> None:
    page = upload(admin_client, b"\x89PNG\r\n").content.decode()

    assert "PNG 画像です" in page
    assert not ListUpload.objects.exists()


def test_a_list_that_is_there_already_offers_nothing_to_bring_in(admin_client: Client) -> None:
    upload(admin_client, csv_of(KYOKUYO, ETF))
    first = ListUpload.objects.get()
    admin_client.post(f"/admin/syncjobs/listupload/{first.pk}/change/", {"apply": ""})

    page = upload(admin_client, csv_of(KYOKUYO, ETF)).content.decode()

    assert "取り込むものはありません" in page
    assert 'name="apply"' not in page
    second = ListUpload.objects.exclude(pk=first.pk).get()
    admin_client.post(f"/admin/syncjobs/listupload/{second.pk}/change/", {"discard": ""})
    assert not ListUpload.objects.filter(status="previewed").exists()


def test_a_new_day_without_a_change_says_so_and_can_be_recorded(admin_client: Client) -> None:
    upload(admin_client, csv_of(KYOKUYO, ETF))
    admin_client.post(f"/admin/syncjobs/listupload/{ListUpload.objects.get().pk}/change/", {"apply": ""})

    page = upload(admin_client, csv_of(*(row.replace("20240229", "20240301") for row in (KYOKUYO, ETF))))

    assert "銘柄の内容は変わりません" in page.content.decode()
    assert 'name="apply"' in page.content.decode()


def test_what_kills_its_reader_is_refused_at_the_field(admin_client: Client) -> None:
    page = upload(admin_client, modern(lambda book: book.active.__setitem__("XFD1048576", " "))).content.decode()

    assert "Ctrl+End" in page
    assert not ListUpload.objects.exists()


def test_what_this_release_no_longer_reads_is_said_and_is_no_error_of_ours(admin_client: Client) -> None:
    upload(admin_client, csv_of(KYOKUYO))
    ListUpload.objects.update(content=csv_of(KYOKUYO.replace("1301", "130O")))
    address = f"/admin/syncjobs/listupload/{ListUpload.objects.get().pk}/change/"

    assert "2 行目「コード」" in admin_client.get(address, follow=True).content.decode()
    assert "2 行目「コード」" in admin_client.post(address, {"apply": ""}, follow=True).content.decode()
    assert not ListingSnapshot.objects.exists()
