"""V1's tokens for trying an account that is not saved: kept for the moment, and nowhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from datasources.choices import TokenKind
from datasources.errors import SourceError
from datasources.jquants.tokens import TokenStore


class TrialTokens(TokenStore):
    """As the stored ones, of one caller alone. No token of what was saved before is taken: it would open the door for a wrong
    password.
    """

    _kept: str | None = None

    def _keep(self, kind: TokenKind, value: object) -> str:
        if not isinstance(value, str) or not value:
            raise SourceError("UNEXPECTED_RESPONSE", self.missing(kind))
        self._transport.keep_secret(value)
        self._kept = value if kind is TokenKind.ID else None
        return value

    def _find(self, kind: TokenKind, *, valid_for: timedelta) -> str | None:
        return self._kept if kind is TokenKind.ID else None

    @contextmanager
    def _only_one_process(self) -> Iterator[None]:
        yield
