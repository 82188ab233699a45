"""Data sources in the admin: secrets go in and never come out."""

from datetime import date
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from pytest_django import Settings

from datasources.credentials import read_credentials
from datasources.models import DataSource
from sign_in.models import RecordedChange
from syncjobs.models import SyncRun
from tests.fakes.jquants import API_KEY, MAIL_ADDRESS, PASSWORD, FakeJquants

pytestmark = pytest.mark.django_db

ADD = "/admin/datasources/datasource/add/"
SECRETS = (API_KEY, MAIL_ADDRESS, PASSWORD)


def form(fake: FakeJquants, **changed: str) -> dict[str, str]:
    values = {"name": "本番", "api_version": "v2", "plan": "unlimited", "base_url": fake.url(), "is_enabled": "on",
              "api_key": API_KEY, "mail_address": "", "password": ""}  # fmt: skip
    return {**values, **changed}


def text(response: Any) -> str:
    return str(response.content.decode())


def page_of(source: DataSource) -> str:
    return f"/admin/datasources/datasource/{source.pk}/change/"


def test_a_source_is_entered_tested_and_shows_only_the_end_of_its_key(
    admin_client: Client, jquants: FakeJquants
) -> None:
    entered = admin_client.post(ADD, form(jquants), follow=True)
    source = DataSource.objects.get(provider="jquants")
    page = text(admin_client.get(page_of(source)))
    tested = text(admin_client.post(f"/admin/datasources/datasource/{source.pk}/check/", follow=True))

    assert read_credentials(source).api_key == API_KEY
    assert "設定済み（末尾 0123）" in page
    assert "接続できました。認証情報は有効です。" in tested
    assert API_KEY not in text(entered) + page + tested
    assert API_KEY not in str(list(LogEntry.objects.values()))


def test_the_end_of_a_contract_is_entered_recorded_and_taken_out_again(
    admin_client: Client, source: DataSource, jquants: FakeJquants
) -> None:
    admin_client.post(page_of(source), form(jquants, contract_ends_on="2027-03-31"))
    source.refresh_from_db()
    entered = source.contract_ends_on
    admin_client.post(page_of(source), form(jquants, contract_ends_on=""))
    source.refresh_from_db()
    refused = text(admin_client.post(page_of(source), form(jquants, contract_ends_on="2027-02-30")))

    assert (entered, source.contract_ends_on) == (date(2027, 3, 31), None)
    assert "契約の終了日" in refused
    assert "errorlist" in refused or "text-red" in refused
    changes = RecordedChange.objects.order_by("pk").values_list("values", flat=True)
    assert [change["contract_ends_on"] for change in changes if "contract_ends_on" in change] == [
        [None, "2027-03-31"], ["2027-03-31", None],
    ]  # fmt: skip


def test_bulk_files_are_chosen_where_version_and_plan_have_them_and_that_is_recorded(
    admin_client: Client, source: DataSource, jquants: FakeJquants
) -> None:
    for wrong in ({"plan": "free"}, {"api_version": "v1", "mail_address": MAIL_ADDRESS, "password": PASSWORD}):
        refused = text(admin_client.post(page_of(source), form(jquants, uses_bulk_files="on", **wrong)))
        assert "一括ファイルは、V2 の Light 以上の契約で使えます。" in refused
    assert not DataSource.objects.filter(uses_bulk_files=True).exists()

    admin_client.post(page_of(source), form(jquants, uses_bulk_files="on", plan="light"))

    assert DataSource.objects.filter(uses_bulk_files=True).exists()
    page = text(admin_client.get(page_of(source)))
    assert "過去分の取込に一括ファイルを使う" in page
    assert "列の名前を確かめ" in page
    changes = RecordedChange.objects.order_by("pk").values_list("values", flat=True)
    assert [change["uses_bulk_files"] for change in changes if "uses_bulk_files" in change] == [[False, True]]


def test_a_source_of_quotes_knows_no_bulk_files(admin_client: Client) -> None:
    yahoo = DataSource.objects.get(provider="yahoo")

    assert "一括ファイル" not in text(admin_client.get(page_of(yahoo)))


def test_an_empty_field_keeps_the_stored_secret(admin_client: Client, source: DataSource, jquants: FakeJquants) -> None:
    admin_client.post(page_of(source), form(jquants, name="新しい名称", api_key=""))

    source.refresh_from_db()
    assert source.name == "新しい名称"
    assert read_credentials(source).api_key == API_KEY


def test_a_new_secret_makes_the_last_test_void(admin_client: Client, source: DataSource, jquants: FakeJquants) -> None:
    DataSource.objects.update(last_check_code="OK", last_checked_at="2026-01-01T00:00:00Z")
    admin_client.post(page_of(source), form(jquants, api_key="another-key-another-key"))

    source.refresh_from_db()
    assert read_credentials(source).api_key == "another-key-another-key"
    assert (source.last_check_code, source.last_checked_at) == ("", None)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"api_key": ""}, "V2 では API キーが必要です"),
        ({"api_key": "鍵 key"}, "API キーに使えない文字が含まれています"),
        ({"api_version": "v1"}, "V1 ではメールアドレスとパスワードが必要です"),
        ({"base_url": "ftp://example.com"}, "https:// から始まる URL を入力してください"),
        ({"base_url": "http://8.8.8.8/"}, "http:// は使えません"),
    ],
)
def test_what_cannot_work_is_refused_at_its_field_and_no_secret_is_sent_back(
    changed: dict[str, str], words: str, admin_client: Client, jquants: FakeJquants
) -> None:
    data = form(jquants, mail_address=MAIL_ADDRESS if "api_version" not in changed else "", **changed)
    page = text(admin_client.post(ADD, data))

    assert words in page
    assert not any(secret in page for secret in SECRETS)
    assert DataSource.objects.filter(provider="jquants").count() == 0


def test_a_v1_account_is_entered_and_tested(admin_client: Client, jquants: FakeJquants) -> None:
    v1 = form(
        jquants, api_version="v1", base_url=jquants.url("v1"), api_key="", mail_address=MAIL_ADDRESS, password=PASSWORD
    )
    admin_client.post(ADD, v1)
    source = DataSource.objects.get(provider="jquants")

    assert "接続できました" in text(admin_client.post(f"/admin/datasources/datasource/{source.pk}/check/", follow=True))
    assert not any(secret in text(admin_client.get(page_of(source))) for secret in SECRETS)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("echo_secrets", "API キーが正しいか確認"),
        ("plan", "契約プランの対象外"),
        ("429", "上限を超えました"),
        ("cut", "ネットワーク"),
    ],
)
def test_the_connection_test_says_in_words_what_is_wrong(
    fault: str, words: str, admin_client: Client, source: DataSource, jquants: FakeJquants
) -> None:
    jquants.fail(fault, times=4)

    page = text(admin_client.post(f"/admin/datasources/datasource/{source.pk}/check/", follow=True))

    assert words in page
    assert API_KEY not in page


def test_credentials_that_cannot_be_read_any_more_can_be_entered_again(
    admin_client: Client, source: DataSource, jquants: FakeJquants, settings: Settings
) -> None:
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert "復号できません" in text(admin_client.get(page_of(source)))

    admin_client.post(page_of(source), form(jquants))

    source.refresh_from_db()
    assert read_credentials(source).api_key == API_KEY


def test_a_source_that_has_synchronised_cannot_be_deleted(admin_client: Client, source: DataSource) -> None:
    SyncRun.objects.create(source=source, requested_by="test")

    admin_client.post(f"/admin/datasources/datasource/{source.pk}/delete/", {"post": "yes"})

    assert DataSource.objects.filter(provider="jquants").count() == 1


def test_who_may_only_look_can_neither_test_nor_start(client: Client, source: DataSource) -> None:
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename__in=["view_datasource", "view_syncrun"]))
    client.force_login(viewer)

    assert "接続テスト</button>" not in text(client.get(page_of(source)))
    assert client.post(f"/admin/datasources/datasource/{source.pk}/check/").status_code == 403
    assert client.post(f"/admin/syncjobs/syncrun/sync-now/{source.pk}/").status_code == 403
    assert client.get("/admin/syncjobs/syncrun/add/").status_code == 403
    assert client.get("/admin/syncjobs/syncrun/").status_code == 200


def test_the_connection_test_is_no_link_that_a_browser_may_follow(admin_client: Client, source: DataSource) -> None:
    assert admin_client.get(f"/admin/datasources/datasource/{source.pk}/check/").status_code == 405
