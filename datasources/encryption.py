"""Encryption of what opens a source: Fernet with a list of keys, the newest first (`ENCRYPTION_KEYS`)."""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables

from datasources.errors import CredentialsUnreadable


@sensitive_variables()
def encrypt(text: str) -> str:
    """`text` under the newest key, as ASCII. Raises `ImproperlyConfigured` where there is no key."""
    return _fernet(tuple(settings.ENCRYPTION_KEYS)).encrypt(text.encode()).decode()


@sensitive_variables()
def decrypt(stored: str) -> str:
    """What was encrypted under any of the keys. Raises `CredentialsUnreadable`."""
    try:
        return _fernet(tuple(settings.ENCRYPTION_KEYS)).decrypt(stored.encode()).decode()
    except InvalidToken:
        # The cause would only repeat the stored text in a traceback.
        raise CredentialsUnreadable from None


@sensitive_variables()
def rotate(stored: str) -> str:
    """The same under the newest key; the time it was made stays. Raises `CredentialsUnreadable`."""
    try:
        return _fernet(tuple(settings.ENCRYPTION_KEYS)).rotate(stored.encode()).decode()
    except InvalidToken:
        raise CredentialsUnreadable from None


@lru_cache(maxsize=4)
@sensitive_variables()
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured(
            gettext("ENCRYPTION_KEYS が空のため、認証情報を保存できません。Fernet 鍵を設定してください。")
        )
    return MultiFernet([Fernet(key) for key in keys])
