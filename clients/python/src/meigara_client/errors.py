"""What can go wrong, by the code that the API names it with: each code has an exception, a new one of tomorrow is an `ApiError`."""

from collections.abc import Mapping
from typing import Any


class MeigaraError(Exception):
    """Everything that this package raises about its work."""


class ConfigurationError(MeigaraError, ValueError):
    """Address, key or another argument cannot be right."""


class ServerUnreachable(MeigaraError):
    """No answer arrived whole, however often it was asked for."""


class UnexpectedAnswer(MeigaraError):
    """An answer that is not of this API, or lacks what it promises."""


class PositionUnreadable(MeigaraError):
    """A stored position that is none: the file is another's, or damaged."""


class ChainBroken(MeigaraError):
    """The ledger is not what a hash was given of: something up to `revision` was altered since, or is missing."""

    def __init__(self, revision: int, message: str) -> None:
        super().__init__(message)
        self.revision = revision


class ApiError(MeigaraError):
    """What the API refused. `code` is for programs, `message` for people, `details` says more; `request_id` finds it in the server's log."""

    def __init__(
        self, status: int, code: str, message: str, *, details: Mapping[str, Any] | None = None, request_id: str | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:  # fmt: skip
        super().__init__(status, code, message)
        self.status, self.code, self.message = status, code, message
        self.details: Mapping[str, Any] = details or {}
        self.request_id, self.retry_after_seconds = request_id, retry_after_seconds

    def __str__(self) -> str:
        """One line with all of it."""
        more = [f"{name}: {value}" for name, value in self.details.items() if value != self.message]
        told = f" ({'; '.join(more)})" if more else ""
        request = f" [X-Request-ID {self.request_id}]" if self.request_id else ""
        return f"{self.code}: {self.message}{told}{request}"


class ValidationError(ApiError):
    """The question is wrong; `details` names each field and why."""


class InvalidApiKey(ApiError):
    """There is no such key, or it was revoked or has expired."""


class PermissionDenied(ApiError):
    """The key may not do that."""


class NotFound(ApiError):
    """Nothing is there."""


class CompanyNotFound(NotFound):
    """No list ever had that code."""


class SnapshotNotFound(NotFound):
    """The day lies before the first list; `details["first_date"]` is its day."""


class RevisionNotFound(NotFound):
    """That revision or moment is still to come."""


class IssuerNotFound(NotFound):
    """No list of issuers ever had that EDINET code."""


class QuoteNotCovered(NotFound):
    """The source of quotes does not have that issue."""


class QuotesDisabled(ApiError):
    """The source of quotes is switched off."""


class QuoteUnavailable(ApiError):
    """No quote could be had; `details["reason"]` says why."""


class StateChanged(ApiError):
    """The data changed between two pages. The client begins anew by itself, three times at most."""


class EpochChanged(ApiError):
    """The server's database was restored from a backup: what was followed may never have been.

    What to do: discard the copy, call `forget()` of the position store, and follow anew.
    """


class RateLimited(ApiError):
    """Too many requests, and the time to wait (`retry_after_seconds`) is longer than the client may wait by itself."""


class ServiceUnavailable(ApiError):
    """The server cannot answer for the moment, however often it was asked."""


class ServerError(ApiError):
    """A fault of the server; `request_id` finds it in its log."""


BY_CODE: Mapping[str, type[ApiError]] = {
    "VALIDATION_ERROR": ValidationError, "INVALID_API_KEY": InvalidApiKey, "PERMISSION_DENIED": PermissionDenied,
    "NOT_FOUND": NotFound, "COMPANY_NOT_FOUND": CompanyNotFound, "SNAPSHOT_NOT_FOUND": SnapshotNotFound,
    "REVISION_NOT_FOUND": RevisionNotFound, "ISSUER_NOT_FOUND": IssuerNotFound, "QUOTE_NOT_COVERED": QuoteNotCovered,
    "QUOTES_DISABLED": QuotesDisabled, "QUOTE_UNAVAILABLE": QuoteUnavailable, "STATE_CHANGED": StateChanged,
    "EPOCH_CHANGED": EpochChanged, "RATE_LIMIT_EXCEEDED": RateLimited, "SERVICE_UNAVAILABLE": ServiceUnavailable,
    "INTERNAL_SERVER_ERROR": ServerError,
}  # fmt: skip
# Where a proxy answers in the server's place, with words of its own.
_BY_STATUS: Mapping[int, tuple[str, type[ApiError]]] = {
    429: ("RATE_LIMIT_EXCEEDED", RateLimited), 502: ("SERVICE_UNAVAILABLE", ServiceUnavailable),
    503: ("SERVICE_UNAVAILABLE", ServiceUnavailable), 504: ("SERVICE_UNAVAILABLE", ServiceUnavailable),
}  # fmt: skip


def api_error(
    status: int, body: object, *, request_id: str | None, retry_after_seconds: float | None
) -> ApiError:  # fmt: skip
    """The exception that goes with an answer."""
    told = body.get("error") if isinstance(body, Mapping) else None
    if isinstance(told, Mapping) and isinstance(told.get("code"), str):
        code, message, details = told["code"], str(told.get("message", "")), told.get("details") or {}
        kind = BY_CODE.get(code, ServerError if status >= 500 else ApiError)
    else:
        code, kind = _BY_STATUS.get(status, (f"HTTP_{status}", ServerError if status >= 500 else ApiError))
        message, details = f"answer with status {status} that is not of the API", {}
    return kind(status, code, message, details=details, request_id=request_id, retry_after_seconds=retry_after_seconds)
