"""What becomes of a key holds from its commit on, and not from before it: others read it while the change is under way."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import close_old_connections, connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from api.front.lease_time import LEASE_SECONDS
from api.keys import create_api_key, forget_keys_of, hash_key, list_hashes, note_use, revoke
from api.models import ApiKey
from tests.api.front import ask

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
COMPANIES = "/api/v1/companies"


def ask_from_elsewhere(plain: str) -> int:
    """Another thread with a connection of its own, which sees what is committed; Redis has the key again afterwards. The key's use
    has to be noted already: that would wait for whoever changes it.
    """

    def answer() -> int:
        try:
            return ask(COMPANIES, key=plain).status
        finally:
            close_old_connections()
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(answer).result()


def test_a_key_that_was_read_while_it_was_being_revoked_opens_nothing_afterwards() -> None:
    key, plain = create_api_key(name="a", scopes=["read"])
    ApiKey.objects.update(last_used_at=timezone.now())
    with transaction.atomic():
        assert revoke(key)
        assert ask_from_elsewhere(plain) == 200

    assert ask(COMPANIES, key=plain).status == 401


def test_a_key_opens_from_its_commit_on_though_all_keys_were_listed_before_it() -> None:
    with transaction.atomic():
        plain = create_api_key(name="a", scopes=["read"])[1]
        assert ask_from_elsewhere("mgr_no-key-at-all") == 401

    assert ask(COMPANIES, key=plain).status == 200


def test_keys_of_a_person_that_were_read_while_the_account_was_being_disabled_open_nothing_afterwards() -> None:
    person = User.objects.create_user("sato", is_staff=True)
    plain = create_api_key(name="a", scopes=["read"], created_by=person, is_personal=True)[1]
    ApiKey.objects.update(last_used_at=timezone.now())
    with transaction.atomic():
        User.objects.filter(pk=person.pk).update(is_active=False)
        forget_keys_of(person)
        assert ask_from_elsewhere(plain) == 200

    assert ask(COMPANIES, key=plain).status == 401


def test_a_second_revocation_leaves_the_moment_of_the_first() -> None:
    key, _ = create_api_key(name="a", scopes=["read"])
    assert revoke(key)
    moment = ApiKey.objects.get().revoked_at

    assert not revoke(key)
    assert ApiKey.objects.get().revoked_at == moment


def test_no_revocation_is_reported_before_what_processes_know_is_out_of_use() -> None:
    keys = [create_api_key(name=f"{number}", scopes=["read"])[0] for number in range(10)]

    # The shortest: a busy machine makes any of them longer.
    assert min(_seconds_of_revoking(key) for key in keys) >= LEASE_SECONDS


def _seconds_of_revoking(key: ApiKey) -> float:
    began = time.monotonic()
    revoke(key)
    return time.monotonic() - began


@pytest.mark.parametrize(("ago", "queries"), [(timedelta(seconds=20), 0), (timedelta(seconds=61), 1), (None, 1)])
def test_the_last_use_is_written_once_a_minute(
    ago: timedelta | None, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    key, _ = create_api_key(name="a", scopes=["read"])
    before: datetime | None = None if ago is None else timezone.now() - ago
    ApiKey.objects.update(last_used_at=before)
    key.refresh_from_db()

    with django_assert_num_queries(queries):
        note_use(key)

    assert (ApiKey.objects.get().last_used_at == before) is (queries == 0)


def test_only_keys_that_open_something_are_in_the_list_of_all_keys() -> None:
    """What is not in it is wrong without a question to the database, and counts for the address it came from."""
    good = create_api_key(name="good", scopes=["read"])[1]
    revoke(create_api_key(name="revoked", scopes=["read"])[0])
    create_api_key(name="expired", scopes=["read"], expires_at=timezone.now() - timedelta(seconds=1))
    left = User.objects.create_user("sato", is_active=False)
    create_api_key(name="of who left", scopes=["read"], created_by=left, is_personal=True)

    assert list_hashes() == [hash_key(good)]
