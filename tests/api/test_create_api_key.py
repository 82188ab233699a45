"""`manage.py create_api_key`."""

from datetime import UTC, datetime
from io import StringIO

import pytest
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


@pytest.mark.parametrize("words", [["--scope", "admin"], ["--expires-on", "tomorrow"], ["--rate-limit", "0"]])
def test_what_it_does_not_understand_is_refused(words: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("create_api_key", "x", *words)
    assert not ApiKey.objects.exists()
