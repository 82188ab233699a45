"""Secrets at rest: encrypted, masked, rotated, and never in the way of a start without a word why."""

from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import CommandError, call_command
from pytest_django import Settings

from datasources.base_urls import validate_base_url
from datasources.checks import check_credentials_are_readable
from datasources.connection_check import check_connection
from datasources.credentials import Credentials, hint, read_credentials
from datasources.encryption import encrypt
from datasources.errors import CredentialsUnreadable, SourceError
from datasources.jquants.client import open_client
from datasources.models import AccessToken, DataSource
from tests.factories import make_source
from tests.fakes.jquants import API_KEY, FakeJquants

pytestmark = pytest.mark.django_db


def run(name: str) -> str:
    output = StringIO()
    call_command(name, stdout=output)
    return output.getvalue()


def test_what_is_stored_can_be_read_here_and_nowhere_else(source: DataSource) -> None:
    source.refresh_from_db()

    assert API_KEY not in source.encrypted_credentials
    assert read_credentials(source).api_key == API_KEY


def test_credentials_do_not_show_themselves() -> None:
    assert repr(Credentials("key-key-key", "a@example.com", "password")) == "Credentials()"


@pytest.mark.parametrize(
    ("secret", "shown"), [("", "未設定"), ("jq-key-0123456789", "設定済み（末尾 6789）"), ("short", "設定済み")]
)
def test_a_hint_shows_the_last_four_characters_of_what_is_long_enough(secret: str, shown: str) -> None:
    assert hint(secret) == shown


def test_credentials_that_are_missing_are_named(source: DataSource) -> None:
    DataSource.objects.update(encrypted_credentials="")
    source.refresh_from_db()
    with pytest.raises(SourceError, match="API キーが設定されていません"):
        read_credentials(source)
    source.api_version = "v1"
    with pytest.raises(SourceError, match="メールアドレスまたはパスワードが設定されていません"):
        read_credentials(source)


def test_rotation_moves_everything_to_the_new_key_and_retires_the_old(
    source: DataSource, jquants: FakeJquants, settings: Settings
) -> None:
    v1 = make_source(jquants, "v1")
    with open_client(v1) as client:
        client.probe()
    new = Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [new, *settings.ENCRYPTION_KEYS]

    output = run("rotate_credentials")
    settings.ENCRYPTION_KEYS = [new]

    assert "認証情報 2 件、トークン 2 件" in output
    source.refresh_from_db()
    assert read_credentials(source).api_key == API_KEY
    jquants.requests.clear()
    with open_client(DataSource.objects.get(pk=v1.pk)) as client:
        client.probe()
    assert [seen.path for seen in jquants.requests] == ["/v1/listed/info"]


def test_rotation_without_the_old_key_changes_nothing_and_says_so(source: DataSource, settings: Settings) -> None:
    before = DataSource.objects.get(provider="jquants").encrypted_credentials
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(CommandError, match=r"ENCRYPTION_KEYS に保存時の鍵を加えるか.*何も変更していません"):
        call_command("rotate_credentials")

    assert DataSource.objects.get(provider="jquants").encrypted_credentials == before


def test_a_start_with_another_key_is_refused_with_the_remedy(source: DataSource, settings: Settings) -> None:
    assert check_credentials_are_readable(databases=["default"]) == []
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    (error,) = check_credentials_are_readable(databases=["default"])

    assert error.id == "datasources.E001"
    assert "J-Quants v2" in error.msg
    assert "ENCRYPTION_KEYS の末尾に加えて" in str(error.hint)
    assert "復号できません" in check_connection(source).message


def test_without_any_key_nothing_can_be_stored(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = []

    with pytest.raises(ImproperlyConfigured, match="ENCRYPTION_KEYS が空"):
        encrypt("secret")


def test_a_token_that_cannot_be_read_is_obtained_again(jquants: FakeJquants, db: None) -> None:
    v1 = make_source(jquants, "v1")
    with open_client(v1) as client:
        client.probe()
    AccessToken.objects.update(encrypted_value=Fernet(Fernet.generate_key()).encrypt(b"lost").decode())

    assert check_connection(v1).is_ok


def test_damaged_credentials_are_unreadable(source: DataSource) -> None:
    source.encrypted_credentials = source.encrypted_credentials[:-8]

    with pytest.raises(CredentialsUnreadable):
        read_credentials(source)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://api.example.com", "https://"),
        ("api.jquants.com/v2", "https://"),
        ("https://user:pw@example.com/", "含められません"),
        ("https://example.com/?key=1", "含められません"),
        ("https://example.com:port/", "URL として読めません"),
        ("https://127.0.0.1/v2", "このサーバー自身"),
        ("https://localhost/v2", "このサーバー自身"),
        ("https://10.0.0.5/v2", "社内ネットワーク"),
        ("https://169.254.169.254/latest", "社内ネットワーク"),
        ("https://[::1]/v2", "このサーバー自身"),
        ("https://[::ffff:10.0.0.1]/v2", "社内ネットワーク"),
        ("http://203.0.113.99.invalid/v2", "http:// は使えません"),
    ],
)
def test_a_base_url_must_be_public_and_encrypted(url: str, words: str, settings: Settings) -> None:
    settings.ALLOW_PRIVATE_SOURCES = False

    with pytest.raises(ValidationError) as caught:
        validate_base_url(url)

    assert words in caught.value.messages[0]


def test_where_private_addresses_are_allowed_they_may_be_plain_but_public_ones_may_not(settings: Settings) -> None:
    validate_base_url("http://127.0.0.1:9100/v2")
    validate_base_url("https://8.8.8.8/v2")

    with pytest.raises(ValidationError):
        validate_base_url("http://8.8.8.8/v2")


def test_the_environment_creates_the_source_once(jquants: FakeJquants, settings: Settings) -> None:
    settings.JQUANTS_API_KEY, settings.JQUANTS_BASE_URL = API_KEY, jquants.url()

    first, second = run("create_data_source"), run("create_data_source")

    source = DataSource.objects.get(provider="jquants")
    assert "「J-Quants」を作成しました" in first
    assert "何も変更していません" in second
    assert (source.base_url, source.api_version, source.plan) == (jquants.url(), "v2", "unlimited")
    assert check_connection(source).is_ok


def test_a_base_url_in_the_environment_that_cannot_be_used_is_explained(settings: Settings) -> None:
    settings.JQUANTS_API_KEY, settings.JQUANTS_BASE_URL = API_KEY, "ftp://example.com"

    with pytest.raises(CommandError, match=r"JQUANTS_BASE_URL からデータソースを作成できません: https://"):
        call_command("create_data_source")

    assert DataSource.objects.filter(provider="jquants").count() == 0


def test_the_connection_test_remembers_what_came_of_it(source: DataSource, jquants: FakeJquants) -> None:
    result: Any = check_connection(source)
    source.refresh_from_db()
    assert (result.is_ok, source.last_check_code) == (True, "OK")

    jquants.fail("plan")
    result = check_connection(source)
    source.refresh_from_db()

    assert (result.is_ok, source.last_check_code) == (False, "PLAN_LIMIT")
    assert source.last_check_message == result.message
    assert source.last_checked_at is not None
