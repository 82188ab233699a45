"""Trying an account before it is saved."""

import pytest
from django.test import Client

from datasources.choices import ApiVersion
from datasources.credentials import Credentials
from datasources.models import AccessToken, DataSource
from datasources.trial import try_entered
from tests.factories import make_source
from tests.fakes.jquants import API_KEY, MAIL_ADDRESS, PASSWORD, FakeJquants

pytestmark = pytest.mark.django_db


def entered(fake: FakeJquants, version: str = "v2", **fields: str) -> DataSource:
    return DataSource(
        provider="jquants", name="本番", api_version=version, plan="unlimited", base_url=fake.url(version), **fields
    )


def test_the_right_key_works_and_nothing_is_written(jquants: FakeJquants) -> None:
    before = DataSource.objects.count()
    result = try_entered(entered(jquants), Credentials(API_KEY))

    assert (result.is_ok, result.message) == (True, "接続できました。認証情報は有効です。")
    assert DataSource.objects.count() == before


def test_a_wrong_key_is_explained(jquants: FakeJquants) -> None:
    result = try_entered(entered(jquants), Credentials("wrong-key-wrong-key"))

    assert not result.is_ok
    assert "API キーが正しいか確認" in result.message
    assert "wrong-key-wrong-key" not in result.message


def test_an_account_of_v1_is_tried_without_keeping_a_token(jquants: FakeJquants) -> None:
    result = try_entered(entered(jquants, "v1"), Credentials("", MAIL_ADDRESS, PASSWORD))

    assert result.is_ok, result.message
    assert AccessToken.objects.count() == 0


def test_a_stored_token_does_not_open_the_door_for_a_wrong_password(jquants: FakeJquants) -> None:
    source = make_source(jquants, "v1")
    stored = try_entered(source, Credentials("", MAIL_ADDRESS, PASSWORD))
    wrong = try_entered(source, Credentials("", MAIL_ADDRESS, "wrong-password"))

    assert (stored.is_ok, wrong.is_ok) == (True, False)
    assert "パスワードを確認" in wrong.message


def test_trying_says_nothing_about_the_source_that_is_stored(source: DataSource) -> None:
    try_entered(source, Credentials("wrong-key-wrong-key"))
    source.refresh_from_db()

    assert (source.last_check_code, source.last_checked_at) == ("", None)
    assert source.api_version == ApiVersion.V2


def test_what_is_stored_is_not_tried_at_an_address_that_it_was_not_stored_for(
    admin_client: Client, jquants: FakeJquants
) -> None:
    source = make_source(jquants)
    form = {"name": source.name, "api_version": "v2", "plan": "unlimited", "base_url": "https://example.com/v2"}
    said = "アドレスを変えて試すときは、認証情報も入力してください。"
    path = f"/admin/datasources/datasource/{source.pk}/try/"

    assert said in admin_client.post(path, form).content.decode()
    tried = admin_client.post(path, {**form, "base_url": source.base_url}).content.decode()
    assert said not in tried
    assert "接続できました。" in tried
