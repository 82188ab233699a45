"""Making, finding and revoking API keys."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import redis
import structlog
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone

from api.front.admission import forget_key
from api.front.lease_time import wait_for_leases
from api.metrics import CACHE_FAILURES
from api.models import ApiKey, Scope

logger = structlog.get_logger(__name__)

_PREFIX = "mgr_"
_SHOWN_CHARACTERS = 10
_LAST_USED_EVERY = timedelta(minutes=1)


def create_api_key(
    *, name: str, scopes: Sequence[str], expires_at: datetime | None = None, rate_limit_per_hour: int = 1000,
    created_by: User | None = None, is_personal: bool = False,
) -> tuple[ApiKey, str]:  # fmt: skip
    """Make a key. Returns it with its plain text, which cannot be had again. One that is personal, as each that subscribes is, opens
    nothing once the account of who made it is disabled or gone.
    """
    plain = f"{_PREFIX}{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        name=name,
        prefix=plain[:_SHOWN_CHARACTERS],
        key_hash=hash_key(plain),
        scopes=list(scopes),
        expires_at=expires_at,
        rate_limit_per_hour=rate_limit_per_hour,
        created_by=created_by,
        is_personal=is_personal or Scope.SUBSCRIBE in scopes,
    )
    # Twice: a list read between the two does not have it yet.
    _forget(key.key_hash)
    forget_after_commit(key)
    return key, plain


def find_api_key(plain: str) -> ApiKey | None:
    """The valid key of that text; `None` when there is none, or it expired or was revoked."""
    return find_by_hash(hash_key(plain))


def find_by_hash(key_hash: str) -> ApiKey | None:
    """The same for the stored form of a key."""
    return ApiKey.objects.filter(_valid(), key_hash=key_hash).first()


def list_hashes() -> list[str]:
    """The stored forms of all valid keys."""
    return list(ApiKey.objects.filter(_valid()).values_list("key_hash", flat=True))


def note_use(key: ApiKey) -> None:
    """Remember when a key was last used, to the minute, so that reading does not write each time.

    A database that takes no writes just now does not keep anybody from reading.
    """
    now = timezone.now()
    if key.last_used_at is None or key.last_used_at < now - _LAST_USED_EVERY:
        try:
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
        except DatabaseError as error:
            logger.warning("key_use_not_noted", key=key.prefix, error=type(error.__cause__).__name__)


def revoke(key: ApiKey) -> bool:
    """Make a key useless at once. False when it was revoked before."""
    revoked = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()) == 1
    forget_after_commit(key)
    return revoked


def forget_after_commit(key: ApiKey) -> None:
    """Have a change of the key hold from the next request on; where Redis is away, within a minute."""
    transaction.on_commit(lambda: _forget_and_wait(key.key_hash))


def forget_keys_of(person: Any) -> None:
    """Have what becomes of a person's account hold for their keys from the next request on."""
    key_hashes = list(
        ApiKey.objects.filter(created_by=person, is_personal=True, revoked_at=None).values_list("key_hash", flat=True)
    )
    if key_hashes:
        transaction.on_commit(lambda: _forget_and_wait(*key_hashes))


def find_person_of(key: ApiKey) -> User | None:
    """Whom a key acts for: who made it, while they may sign in."""
    made_by = ApiKey.objects.filter(pk=key.pk).values("created_by")
    return User.objects.filter(pk__in=made_by, is_active=True, is_staff=True).first()


def _valid() -> Q:
    """What a person's account opens no more, a key of their own does not either."""
    is_open = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=timezone.now()))
    return is_open & (Q(is_personal=False) | Q(created_by=None) | Q(created_by__is_active=True))


def _forget_and_wait(*key_hashes: str) -> None:
    for key_hash in key_hashes:
        _forget(key_hash)
    wait_for_leases()


def _forget(key_hash: str) -> None:
    try:
        forget_key(key_hash)
    except redis.RedisError as error:
        CACHE_FAILURES.labels("forget").inc()
        logger.warning("cache_unavailable", during="forget", error=type(error).__name__)


def hash_key(plain: str) -> str:
    """The stored form of a key."""
    return hashlib.sha256(plain.encode()).hexdigest()
