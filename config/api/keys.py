"""Making, finding and revoking API keys."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone

from config.api.models import ApiKey

_PREFIX = "mgr_"
_SHOWN_CHARACTERS = 10
_LAST_USED_EVERY = timedelta(minutes=1)


def create_api_key(
    *, name: str, scopes: Sequence[str], expires_at: datetime | None = None, rate_limit_per_hour: int = 1000,
    created_by: User | None = None,
) -> tuple[ApiKey, str]:  # fmt: skip
    """Make a key. Returns it with its plain text, which cannot be had again."""
    plain = f"{_PREFIX}{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        name=name,
        prefix=plain[:_SHOWN_CHARACTERS],
        key_hash=hash_key(plain),
        scopes=list(scopes),
        expires_at=expires_at,
        rate_limit_per_hour=rate_limit_per_hour,
        created_by=created_by,
    )
    return key, plain


def find_api_key(plain: str) -> ApiKey | None:
    """The valid key of that text; `None` when there is none, or it expired or was revoked."""
    valid = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=timezone.now()))
    return ApiKey.objects.filter(valid, key_hash=hash_key(plain)).first()


def note_use(key: ApiKey) -> None:
    """Remember when a key was last used, to the minute, so that reading does not write each time."""
    now = timezone.now()
    if key.last_used_at is None or key.last_used_at < now - _LAST_USED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)


def revoke(key: ApiKey) -> bool:
    """Make a key useless at once. False when it was revoked before."""
    return ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()) == 1


def hash_key(plain: str) -> str:
    """The stored form of a key."""
    return hashlib.sha256(plain.encode()).hexdigest()
