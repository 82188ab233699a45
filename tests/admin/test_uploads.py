"""Uploading a list in the admin."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from companies.models import Company, ListingSnapshot
from syncjobs.models import ListUpload
from tests.datasources.test_jpx_listing import ETF, KYOKUYO, csv_of

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
