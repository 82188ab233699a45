"""A key opens what its person's account opens: nothing any more once that is disabled or deleted, at once and everywhere."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from api.keys import create_api_key, find_api_key, find_person_of
from api.models import ApiKey, KeyState
from tests.api.front import ask

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
COMPANIES = "/api/v1/companies"


@pytest.fixture
def person() -> User:
    return User.objects.create_user("sato", is_staff=True)


@pytest.fixture
def chief() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("chief"))
    return client


def save_in_the_admin(chief: Client, person: User, **values: Any) -> None:
    given = {
        "username": "sato",
        "password": "x",
        "is_active": "on",
        "is_staff": "on",
        "date_joined_0": "2026/11/01",
        "date_joined_1": "00:00",
    }
    told = {name: value for name, value in {**given, **values}.items() if value is not None}
    assert chief.post(f"/admin/auth/user/{person.pk}/change/", told).status_code == 302


def test_a_key_opens_nothing_from_the_request_on_that_follows_its_persons_end(chief: Client, person: User) -> None:
    key, plain = create_api_key(name="私の", scopes=["read"], created_by=person, is_personal=True)
    # Known to Redis and to this process by then.
    assert [ask(COMPANIES, key=plain).status for _ in range(3)] == [200, 200, 200]

    save_in_the_admin(chief, person, is_active=None)

    assert ask(COMPANIES, key=plain).status == 401
    assert Client().get(COMPANIES, headers={"X-API-Key": plain}).status_code == 401
    assert find_api_key(plain) is None
    save_in_the_admin(chief, person)
    assert ask(COMPANIES, key=plain).status == 200
    key.refresh_from_db()
    assert key.revoked_at is None


def test_a_person_who_is_deleted_takes_their_keys_along(chief: Client, person: User) -> None:
    _, plain = create_api_key(name="私の", scopes=["read"], created_by=person, is_personal=True)
    assert ask(COMPANIES, key=plain).status == 200

    chief.post(f"/admin/auth/user/{person.pk}/delete/", {"post": "yes"})

    key = ApiKey.objects.get()
    assert (key.created_by, key.revoked_at is not None) == (None, True)
    assert ask(COMPANIES, key=plain).status == 401


def test_whoever_deletes_a_person_in_whatever_way_revokes_their_keys(person: User) -> None:
    _, plain = create_api_key(name="私の", scopes=["read"], created_by=person, is_personal=True)

    User.objects.all().delete()

    assert find_api_key(plain) is None
    assert ApiKey.objects.get().revoked_at is not None


@pytest.mark.parametrize("end", ["disabled", "deleted"])
def test_a_key_that_an_administrator_made_for_a_program_outlives_their_account(
    chief: Client, person: User, end: str
) -> None:
    key, plain = create_api_key(name="夜間バッチ", scopes=["read", "sync"], created_by=person)

    if end == "disabled":
        save_in_the_admin(chief, person, is_active=None)
    else:
        chief.post(f"/admin/auth/user/{person.pk}/delete/", {"post": "yes"})

    assert ask(COMPANIES, key=plain).status == 200
    key.refresh_from_db()
    assert (key.revoked_at, key.state_at(timezone.now())) == (None, KeyState.GOOD)


def test_a_key_that_subscribes_is_its_makers_own_whoever_they_are(chief: Client) -> None:
    administrator = User.objects.get(username="chief")
    key, _ = create_api_key(name="通知", scopes=["read", "subscribe"], created_by=administrator)
    other, _ = create_api_key(name="夜間バッチ", scopes=["read"], created_by=administrator)

    values = {"name": "夜間バッチ", "scopes": ["read", "subscribe"], "rate_limit_per_hour": "1000"}
    assert chief.post(f"/admin/api/apikey/{other.pk}/change/", values).status_code == 302

    other.refresh_from_db()
    assert (key.is_personal, other.is_personal) == (True, True)


def test_a_key_that_nobody_made_opens_what_it_did(person: User) -> None:
    _, plain = create_api_key(name="夜間バッチ", scopes=["read"])
    person.delete()

    assert ask(COMPANIES, key=plain).status == 200


@pytest.mark.parametrize("flag", ["is_active", "is_staff"])
def test_a_key_acts_for_who_made_it_while_they_may_sign_in(person: User, flag: str) -> None:
    key, _ = create_api_key(name="私の", scopes=["subscribe"], created_by=person)
    assert find_person_of(key) == person

    User.objects.update(**{flag: False})

    assert find_person_of(key) is None
