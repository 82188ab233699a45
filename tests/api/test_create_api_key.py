"""`manage.py create_api_key`."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from api.keys import find_api_key
from api.models import ApiKey

pytestmark = pytest.mark.django_db


def test_the_key_is_printed_once_and_works() -> None:
    output, errors = StringIO(), StringIO()

    call_command("create_api_key", "夜間バッチ", stdout=output, stderr=errors)

    key = find_api_key(output.getvalue().strip())
    assert key is not None
    assert (key.name, key.scopes, key.expires_at) == ("夜間バッチ", ["read"], None)
    assert output.getvalue().strip() not in errors.getvalue()


def test_scopes_and_the_last_day_are_as_asked() -> None:
    call_command(
        "create_api_key", "sync", "--scope", "read", "--scope", "sync", "--expires-on", "2030-03-31", "--rate-limit", "5",
        stdout=StringIO(), stderr=StringIO(),
    )  # fmt: skip

    key = ApiKey.objects.get()
    assert key.scopes == ["read", "sync"]
    assert key.rate_limit_per_hour == 5
    # The end of the day in Japan.
    assert key.expires_at == datetime(2030, 3, 31, 14, 59, 59, 999999, tzinfo=UTC)


def test_a_key_that_subscribes_acts_for_the_person_that_is_named() -> None:
    person = User.objects.create_user("sato", is_staff=True)

    call_command(
        "create_api_key", "bot", "--scope", "subscribe", "--user", "sato", stdout=StringIO(), stderr=StringIO()
    )

    key = ApiKey.objects.get()
    assert (key.scopes, key.created_by) == (["subscribe"], person)


def test_a_key_that_subscribes_for_nobody_is_refused_with_the_remedy() -> None:
    User.objects.create_user("gone", is_staff=True, is_active=False)

    with pytest.raises(CommandError, match="--user"):
        call_command("create_api_key", "bot", "--scope", "subscribe")
    for name in ("nobody", "gone"):
        with pytest.raises(CommandError, match="ログインできるユーザーはいません"):
            call_command("create_api_key", "bot", "--scope", "subscribe", "--user", name)
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("words", [["--scope", "admin"], ["--expires-on", "tomorrow"], ["--rate-limit", "0"]])
def test_what_it_does_not_understand_is_refused(words: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("create_api_key", "x", *words)
    assert not ApiKey.objects.exists()
