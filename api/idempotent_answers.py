"""First answers, kept for a day under the `Idempotency-Key` of their requests: a repeat is told the same and does nothing.

Source: IETF draft-ietf-httpapi-idempotency-key-header-07, checked 2026-11. A first answer is written in the transaction of what it tells of: what
is killed before the commit did nothing and is done by its repeat, what is killed after it is told to its repeat. While a request is at work it holds
an advisory lock, which ends with its transaction or its connection, so that nothing is left behind that somebody would have to clear away.

Answers may tell a secret that is shown once. Of the key only a hash is kept, and the answer is encrypted under the key itself and `SECRET_KEY`:
who has the database has neither, and whoever repeats the request has both.
"""

import hashlib
import hmac
import json
import zlib
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.utils.encoding import force_bytes
from django.views.decorators.debug import sensitive_variables

from api.models import IdempotentAnswer

KEPT = timedelta(hours=24)
#: Keys of one caller that are kept at a time; ten hours of a caller who makes something with every request that the usual limit allows.
MOST_KEYS = 10_000


class KeyInUse(Exception):
    """The first request with this key is still at work."""


class KeyOfAnotherRequest(Exception):
    """The first request with this key was another one."""


class TooManyKeys(Exception):
    """The caller has used as many as are kept."""


class AnswerUnreadable(Exception):
    """What the request did was done, but its answer cannot be read any more: `SECRET_KEY` is another one."""


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """As it was sent; `headers` are those that the endpoint set."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RepeatableRequest:
    """Who asks (`caller`), the key that they chose, and a fingerprint of all that makes it this request and no other."""

    caller: str
    key: str = field(repr=False)
    fingerprint: str

    @property
    def key_hash(self) -> str:
        """What is kept of the key."""
        return _hash(self.caller, self.key)


def fingerprint_of(*parts: str) -> str:
    """Of method, address and body."""
    return _hash(*parts)


def begin(asked: RepeatableRequest) -> FirstAnswer | None:
    """The answer to the first request with this key, or nothing where this is the first: nobody else begins until the transaction ends.

    Raises `KeyInUse`, `KeyOfAnotherRequest`, `TooManyKeys` and `AnswerUnreadable`.
    """
    with connection.cursor() as cursor:
        # Let go of by the database after the commit can be seen.
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_lock_of(asked)])
        if not cursor.fetchone()[0]:
            raise KeyInUse
    kept = IdempotentAnswer.objects.filter(caller=asked.caller, created_at__gt=Now() - KEPT)
    first = kept.filter(key_hash=asked.key_hash).first()
    if first is None:
        if kept.count() >= MOST_KEYS:
            raise TooManyKeys
        return None
    if first.fingerprint != asked.fingerprint:
        raise KeyOfAnotherRequest
    return _open(asked, first)


@sensitive_variables()
def keep(asked: RepeatableRequest, answer: FirstAnswer) -> None:
    """Keep the answer, in the transaction that `begin` was called in. One of the same key whose day is over gives way."""
    told = {"headers": dict(answer.headers), "body": b64encode(answer.body).decode()}
    sealed = _ciphers(asked).encrypt(zlib.compress(json.dumps(told).encode()))
    row = IdempotentAnswer(
        caller=asked.caller, key_hash=asked.key_hash, fingerprint=asked.fingerprint, status=answer.status, sealed=sealed,
        created_at=Now(),
    )  # fmt: skip
    IdempotentAnswer.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["caller", "key_hash"],
        update_fields=["fingerprint", "status", "sealed", "created_at"],
    )  # fmt: skip


def forget_answers(now: datetime) -> int:
    """Delete those whose day is over. Returns how many."""
    return IdempotentAnswer.objects.filter(created_at__lte=now - KEPT).delete()[0]


@sensitive_variables()
def _open(asked: RepeatableRequest, first: IdempotentAnswer) -> FirstAnswer:
    try:
        told = json.loads(zlib.decompress(_ciphers(asked).decrypt(bytes(first.sealed))))
    except InvalidToken:
        raise AnswerUnreadable from None
    return FirstAnswer(first.status, told["headers"], b64decode(told["body"]))


@sensitive_variables()
def _ciphers(asked: RepeatableRequest) -> MultiFernet:
    """Under a key for this one answer."""
    message = json.dumps(["idempotent answer", asked.caller, asked.key]).encode()
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hmac.digest(force_bytes(secret), message, "sha256") for secret in secrets)
    return MultiFernet([Fernet(urlsafe_b64encode(digest)) for digest in digests])


def _hash(*parts: str) -> str:
    # As JSON no two lists of parts read the same.
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _lock_of(asked: RepeatableRequest) -> int:
    """Among 2^64 no two meet, nor the few constants of other locks."""
    return int.from_bytes(bytes.fromhex(asked.key_hash)[:8], "big", signed=True)
