"""The secrets with which a webhook's messages are signed (Standard Webhooks: `whsec_` and the base64 of random bytes), encrypted, the
newest first, each with its end where it has one.
"""

import base64
import json
from datetime import datetime, timedelta
from secrets import token_bytes
from typing import TypedDict

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.views.decorators.debug import sensitive_variables

from database.connections import database_now
from datasources.encryption import decrypt, encrypt
from datasources.errors import CredentialsUnreadable
from subscriptions.destinations.models import Destination

PREFIX = "whsec_"
#: The scheme wants 24 to 64.
_RANDOM_BYTES = 32
#: For so long the one before signs too, so that a receiver is changed without missing anything.
BOTH_HOLD = timedelta(hours=24)


class _Kept(TypedDict):
    secret: str
    until: str | None  # ISO 8601


@sensitive_variables()
def make_secret() -> str:
    """A new one."""
    return PREFIX + base64.b64encode(token_bytes(_RANDOM_BYTES)).decode()


@sensitive_variables()
def store_secret(destination: Destination, secret: str) -> None:
    """The only one from now on; not saved yet."""
    _store(destination, [{"secret": secret, "until": None}])


@sensitive_variables()
def rotate_secret(destination: Destination, *, ends_old_at_once: bool = False) -> str:
    """A new secret, which is returned and never shown again. The one before holds for 24 h beside it, and no third: where it is known
    to others it can end at once. One that cannot be read any more has ended already.
    """
    secret = make_secret()
    with transaction.atomic():
        found = Destination.objects.select_for_update().get(pk=destination.pk)
        now = database_now()
        before = [] if ends_old_at_once else _readable(found, now)[:1]
        kept: list[_Kept] = [{"secret": secret, "until": None}]
        kept += [{"secret": one["secret"], "until": (now + BOTH_HOLD).isoformat()} for one in before]
        _store(found, kept)
        found.save(update_fields=["encrypted_secrets"])
    destination.encrypted_secrets = found.encrypted_secrets
    return secret


@sensitive_variables()
def usable_secrets(destination: Destination, moment: datetime | None = None) -> list[str]:
    """Those that sign at a moment (now), the newest first. Raises `CredentialsUnreadable`."""
    return [one["secret"] for one in _holding(destination, moment or database_now())]


@sensitive_variables()
def old_secret_ends_at(destination: Destination, moment: datetime | None = None) -> datetime | None:
    """Until when the secret before the newest signs too; `None` where there is but one."""
    ends = [one["until"] for one in _readable(destination, moment or database_now()) if one["until"]]
    return parse_datetime(ends[0]) if ends else None


@sensitive_variables()
def _readable(destination: Destination, moment: datetime) -> list[_Kept]:
    """None, where no key opens them."""
    try:
        return _holding(destination, moment)
    except CredentialsUnreadable:
        return []


@sensitive_variables()
def _holding(destination: Destination, moment: datetime) -> list[_Kept]:
    if not destination.encrypted_secrets:
        return []
    kept: list[_Kept] = json.loads(decrypt(destination.encrypted_secrets))
    return [one for one in kept if one["until"] is None or moment < datetime.fromisoformat(one["until"])]


@sensitive_variables()
def _store(destination: Destination, kept: list[_Kept]) -> None:
    destination.encrypted_secrets = encrypt(json.dumps(kept))
