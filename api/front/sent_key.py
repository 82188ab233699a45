"""The key that a request carries, in either of the two headers for it; Django and the front read it alike."""

from collections.abc import Mapping
from typing import Any

#: What a 401 asks for: `X-API-Key`, which no registered scheme names, or the scheme of RFC 6750.
CHALLENGE = "ApiKey, Bearer"
_SCHEME = "bearer "


def find_key(environ: Mapping[str, Any]) -> str | None:
    """The key in `X-API-Key`, else in `Authorization: Bearer`; `None` where there is neither. Other schemes of `Authorization` are between
    the caller and a proxy.
    """
    key: str | None = environ.get("HTTP_X_API_KEY")
    if key is not None:
        return key
    authorization: str | None = environ.get("HTTP_AUTHORIZATION")
    if authorization is None or authorization[: len(_SCHEME)].lower() != _SCHEME:
        return None
    return authorization[len(_SCHEME) :].strip()
