"""The key that `make run` writes down for who tries the product."""

import pytest
from django.contrib.auth.models import User

from api.keys import create_api_key, find_api_key
from local.prepare import _ensure_api_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    return User.objects.create_superuser("admin")


def test_it_is_made_once_for_the_administrator_with_every_scope(administrator: User) -> None:
    plain = _ensure_api_key("")

    key = find_api_key(plain)
    assert key is not None
    assert (key.scopes, key.created_by) == (["read", "sync", "subscribe"], administrator)
    assert _ensure_api_key(plain) == plain


def test_the_one_of_the_release_before_stays_and_subscribes_too(administrator: User) -> None:
    key, plain = create_api_key(name="make run", scopes=["read", "sync"])

    assert _ensure_api_key(plain) == plain

    key.refresh_from_db()
    assert (key.scopes, key.created_by) == (["read", "sync", "subscribe"], administrator)


def test_what_its_owner_made_of_it_is_left_alone(administrator: User) -> None:
    key, plain = create_api_key(name="make run", scopes=["read"])

    assert _ensure_api_key(plain) == plain

    key.refresh_from_db()
    assert (key.scopes, key.created_by) == (["read"], None)
