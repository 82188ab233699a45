"""V1's tokens: obtained once, shared, renewed in time and by one process at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from datasources.credentials import Credentials, store_credentials
from datasources.errors import SourceError
from datasources.jquants.client import open_client
from datasources.models import AccessToken, DataSource
from syncjobs.tasks import renew_tokens
from tests.factories import make_source
from tests.fakes.jquants import MAIL_ADDRESS, FakeJquants

pytestmark = pytest.mark.django_db


@pytest.fixture
def v1(db: None, jquants: FakeJquants) -> DataSource:
    return make_source(jquants, "v1")


def fetch(source: DataSource) -> int:
    with open_client(source) as client:
        return len(client.fetch_listing(None).issues)


def token_calls(jquants: FakeJquants) -> list[str]:
    return [seen.path.rsplit("/", 1)[1] for seen in jquants.requests if "/token/" in seen.path]


def test_tokens_are_obtained_once_and_kept_encrypted(v1: DataSource, jquants: FakeJquants) -> None:
    assert (fetch(v1), fetch(v1)) == (40, 40)

    assert token_calls(jquants) == ["auth_user", "auth_refresh"]
    stored = list(AccessToken.objects.values_list("encrypted_value", flat=True))
    assert len(stored) == 2
    assert not any(token in value for token in jquants.id_tokens | jquants.refresh_tokens for value in stored)


def test_an_expired_id_token_is_renewed_with_the_refresh_token(v1: DataSource, jquants: FakeJquants) -> None:
    fetch(v1)
    AccessToken.objects.filter(kind="id").update(expires_at=timezone.now() + timedelta(minutes=5))
    fetch(v1)

    assert token_calls(jquants) == ["auth_user", "auth_refresh", "auth_refresh"]


def test_a_token_that_the_service_no_longer_takes_is_replaced_on_the_401(v1: DataSource, jquants: FakeJquants) -> None:
    fetch(v1)
    jquants.id_tokens.clear()

    assert fetch(v1) == 40
    assert token_calls(jquants) == ["auth_user", "auth_refresh", "auth_refresh"]


def test_when_both_tokens_are_dead_the_account_opens_the_door_again(v1: DataSource, jquants: FakeJquants) -> None:
    fetch(v1)
    jquants.id_tokens.clear()
    jquants.refresh_tokens.clear()

    assert fetch(v1) == 40
    assert token_calls(jquants)[2:] == ["auth_refresh", "auth_user", "auth_refresh"]


def test_a_wrong_password_is_told_and_nothing_is_stored(v1: DataSource, jquants: FakeJquants) -> None:
    store_credentials(v1, Credentials("", MAIL_ADDRESS, "wrong-password"))

    with pytest.raises(SourceError) as caught:
        fetch(v1)

    assert caught.value.code == "INVALID_CREDENTIALS"
    assert "メールアドレスとパスワード" in caught.value.message
    assert AccessToken.objects.count() == 0


def test_new_credentials_make_the_old_tokens_worthless(v1: DataSource, jquants: FakeJquants) -> None:
    fetch(v1)
    store_credentials(v1, Credentials("", MAIL_ADDRESS, "wrong-password"))

    assert AccessToken.objects.count() == 0


def test_a_token_that_the_service_repeats_is_not_passed_on_be_it_new_or_stored(
    v1: DataSource, jquants: FakeJquants
) -> None:
    for _ in ("new", "stored"):
        jquants.fail("echo_secrets", path="/info")
        with pytest.raises(SourceError) as caught:
            fetch(v1)
        assert "key Bearer ＊＊＊ of /v1/listed/info is wrong" in caught.value.message
    assert token_calls(jquants) == ["auth_user", "auth_refresh"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("state", ["none", "rejected"])
def test_ten_callers_at_once_cause_one_renewal(state: str, v1: DataSource, jquants: FakeJquants) -> None:
    jquants.delay_seconds = 0.1
    if state == "rejected":
        fetch(v1)
        jquants.id_tokens.clear()
        jquants.requests.clear()
    together = threading.Barrier(10)

    def call(_number: int) -> int:
        together.wait()
        try:
            return fetch(v1)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(call, range(10))) == [40] * 10
    assert token_calls(jquants).count("auth_refresh") == 1


def test_the_hourly_task_renews_what_ends_soon_and_leaves_the_rest(v1: DataSource, jquants: FakeJquants) -> None:
    renew_tokens()
    renew_tokens()
    assert token_calls(jquants) == ["auth_user", "auth_refresh"]

    AccessToken.objects.filter(kind="id").update(expires_at=timezone.now() + timedelta(minutes=90))
    renew_tokens()

    assert token_calls(jquants) == ["auth_user", "auth_refresh", "auth_refresh"]
    assert AccessToken.objects.get(kind="id").expires_at > timezone.now() + timedelta(hours=23)


def test_one_account_that_fails_does_not_keep_the_others_from_their_tokens(
    v1: DataSource, jquants: FakeJquants
) -> None:
    store_credentials(v1, Credentials("", MAIL_ADDRESS, "wrong-password"))
    other = make_source(jquants, "v1", name="other")

    renew_tokens()

    assert AccessToken.objects.filter(source=other).count() == 2
