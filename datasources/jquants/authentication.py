"""Headers that open J-Quants, whichever scheme: the client asks for nothing else."""

from datetime import timedelta
from typing import Protocol

from datasources.choices import ApiVersion
from datasources.credentials import read_credentials
from datasources.jquants.tokens import TokenStore
from datasources.jquants.transport import Transport
from datasources.jquants.trial_tokens import TrialTokens
from datasources.models import DataSource


class Authentication(Protocol):
    """One scheme."""

    def headers(self) -> dict[str, str]:
        """Headers that work, as far as we know. Raises `SourceError`."""

    def renew(self, rejected: dict[str, str]) -> bool:
        """Get better headers than the `rejected` ones; false where there are none. Raises `SourceError`."""


class KeyAuthentication:
    """V2: a key that does not expire."""

    def __init__(self, api_key: str) -> None:
        self._api_key = api_key

    def headers(self) -> dict[str, str]:
        """The key."""
        return {"x-api-key": self._api_key}

    def renew(self, rejected: dict[str, str]) -> bool:
        """Only an operator can enter another key."""
        return False


class TokenAuthentication:
    """V1: an ID token, shared by all processes."""

    def __init__(self, tokens: TokenStore) -> None:
        self._tokens = tokens

    def headers(self) -> dict[str, str]:
        """The ID token that is stored, or a new one."""
        return {"Authorization": f"Bearer {self._tokens.get_id_token()}"}

    def renew(self, rejected: dict[str, str]) -> bool:
        """Another process may have renewed it since; then that one is taken."""
        self._tokens.replace_id_token(rejected["Authorization"].removeprefix("Bearer "))
        return True

    def renew_before_expiry(self, *, within: timedelta) -> bool:
        """For the scheduled task; see `TokenStore`."""
        return self._tokens.renew_before_expiry(within=within)


def authentication_for(source: DataSource, transport: Transport) -> Authentication:
    """The scheme of the source's version. Raises `SourceError` where credentials are missing or unreadable."""
    credentials = read_credentials(source)
    if source.api_version == ApiVersion.V1:
        kind = TokenStore if source.pk else TrialTokens
        return TokenAuthentication(kind(source, credentials, transport))
    return KeyAuthentication(credentials.api_key)
