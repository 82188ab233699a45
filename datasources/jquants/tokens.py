"""V1's tokens: kept encrypted in the database, renewed by one process at a time, used by all.

Source: J-Quants API V1, `/token/auth_user` (refresh token, 7 days) and `/token/auth_refresh` (ID token, 24 hours).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import redis
import structlog
from django.core.cache import caches
from django.utils import timezone
from django.utils.translation import gettext
from redis.exceptions import LockError

from datasources.choices import TokenKind
from datasources.credentials import Credentials
from datasources.encryption import decrypt, encrypt
from datasources.errors import CredentialsUnreadable, SourceError
from datasources.jquants.transport import Transport
from datasources.models import AccessToken, DataSource

logger = structlog.get_logger(__name__)

_LIFETIMES = {TokenKind.REFRESH: timedelta(days=7), TokenKind.ID: timedelta(hours=24)}
# A token this near to its end could expire on the way; the hourly task renews well before.
_MARGIN = timedelta(minutes=10)
# Longer than a renewal with all its retries; the holder of a lock that ran out does no harm but a second renewal.
_LOCK_SECONDS = 180


class TokenStore:
    """The tokens of one source."""

    def __init__(self, source: DataSource, credentials: Credentials, transport: Transport) -> None:
        self._source = source
        self._credentials = credentials
        self._transport = transport

    def get_id_token(self) -> str:
        """An ID token that is valid for a while yet. Raises `SourceError`."""
        token = self._find(TokenKind.ID, valid_for=_MARGIN)
        if token is None:
            with self._only_one_process():
                # Who waited for the lock finds what its holder obtained.
                token = self._find(TokenKind.ID, valid_for=_MARGIN) or self._obtain_id_token()
        return token

    def replace_id_token(self, rejected: str) -> None:
        """Obtain another ID token, unless a process did so since `rejected` was read. Raises `SourceError`."""
        with self._only_one_process():
            if self._find(TokenKind.ID, valid_for=_MARGIN) in (None, rejected):
                self._obtain_id_token()

    def renew_before_expiry(self, *, within: timedelta) -> bool:
        """Obtain another ID token if the present one ends `within` that time. Whether one was. Raises `SourceError`."""
        if self._find(TokenKind.ID, valid_for=within) is not None:
            return False
        with self._only_one_process():
            if self._find(TokenKind.ID, valid_for=within) is not None:
                return False
            self._obtain_id_token()
            return True

    def _obtain_id_token(self) -> str:
        refresh_token = self._find(TokenKind.REFRESH, valid_for=_MARGIN)
        if refresh_token is not None:
            try:
                return self._exchange(refresh_token)
            except SourceError as error:
                if error.status not in (400, 401, 403):
                    raise
                # It ended before its time; the mail address and password still open the door.
        return self._exchange(self._sign_in())

    def _sign_in(self) -> str:
        body = {"mailaddress": self._credentials.mail_address, "password": self._credentials.password}
        try:
            answer = self._transport.request("POST", "/token/auth_user", body=body)
        except SourceError as error:
            if error.status not in (400, 401, 403):
                raise
            raise SourceError(
                "INVALID_CREDENTIALS",
                gettext("J-Quants にログインできません。メールアドレスとパスワードを確認してください。"),
                status=error.status,
            ) from error
        return self._keep(TokenKind.REFRESH, answer.get("refreshToken"))

    def _exchange(self, refresh_token: str) -> str:
        self._transport.keep_secret(refresh_token)
        answer = self._transport.request("POST", "/token/auth_refresh", query={"refreshtoken": refresh_token})
        return self._keep(TokenKind.ID, answer.get("idToken"))

    def _keep(self, kind: TokenKind, value: object) -> str:
        if not isinstance(value, str) or not value:
            raise SourceError("UNEXPECTED_RESPONSE", self.missing(kind))
        self._transport.keep_secret(value)
        now = timezone.now()
        AccessToken.objects.update_or_create(
            source=self._source,
            kind=kind,
            defaults={
                "encrypted_value": encrypt(value), "expires_at": now + _LIFETIMES[kind], "obtained_at": now,
            },
        )  # fmt: skip
        logger.info("jquants_token_obtained", source_id=self._source.pk, kind=str(kind))
        return value

    @staticmethod
    def missing(kind: TokenKind) -> str:
        """What is said where an answer has no token."""
        return gettext("応答に{label}がありません。ベース URL を確認してください。").format(label=kind.label)

    def _find(self, kind: TokenKind, *, valid_for: timedelta) -> str | None:
        usable = AccessToken.objects.filter(source=self._source, kind=kind, expires_at__gt=timezone.now() + valid_for)
        token = usable.first()
        if token is None:
            return None
        try:
            value = decrypt(token.encrypted_value)
        except CredentialsUnreadable:
            return None  # a token is only a copy of what can be had again
        self._transport.keep_secret(value)
        return value

    @contextmanager
    def _only_one_process(self) -> Iterator[None]:
        lock = caches["state"].lock(  # type: ignore[attr-defined] # of django-redis
            f"jquants:tokens:{self._source.pk}", timeout=_LOCK_SECONDS, blocking_timeout=_LOCK_SECONDS, sleep=0.1
        )
        try:
            if not lock.acquire():
                raise SourceError(
                    "TOKEN_RENEWAL_BUSY",
                    gettext("別のプロセスがトークンを更新中です。しばらくしてからやり直してください。"),
                    is_retryable=True,
                )
        except redis.RedisError as error:
            raise SourceError(
                "TOKEN_LOCK_UNAVAILABLE",
                gettext("Redis に接続できないため、トークンを更新できません。"),
                is_retryable=True,
            ) from error
        try:
            yield
        finally:
            try:
                lock.release()
            except (LockError, redis.RedisError):
                logger.warning("jquants_token_lock_lost", source_id=self._source.pk)
