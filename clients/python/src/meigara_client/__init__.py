"""Every issue listed on the Tokyo Stock Exchange, on any day: a client of the Meigara API."""

from meigara_client import models
from meigara_client.client import Client
from meigara_client.errors import (
    ApiError,
    ChainBroken,
    CompanyNotFound,
    ConfigurationError,
    EpochChanged,
    InvalidApiKey,
    IssuerNotFound,
    MeigaraError,
    NotFound,
    PermissionDenied,
    PositionUnreadable,
    QuoteNotCovered,
    QuotesDisabled,
    QuoteUnavailable,
    RateLimited,
    RevisionNotFound,
    ServerError,
    ServerUnreachable,
    ServiceUnavailable,
    SnapshotNotFound,
    StateChanged,
    UnexpectedAnswer,
    ValidationError,
)  # fmt: skip
from meigara_client.following import CallablePosition, FilePosition, Position, PositionStore
from meigara_client.ledger import Ledger
from meigara_client.reading import JAPAN
from meigara_client.retrying import Retries
from meigara_client.universe import ListedState, Universe
from meigara_client.version import VERSION

__version__ = VERSION

__all__ = [
    "JAPAN", "ApiError", "CallablePosition", "ChainBroken", "Client", "CompanyNotFound", "ConfigurationError", "EpochChanged", "FilePosition",
    "InvalidApiKey", "IssuerNotFound", "Ledger", "ListedState", "MeigaraError", "NotFound", "PermissionDenied", "Position",
    "PositionStore", "PositionUnreadable", "QuoteNotCovered", "QuoteUnavailable", "QuotesDisabled", "RateLimited", "Retries",
    "RevisionNotFound", "ServerError", "ServerUnreachable", "ServiceUnavailable", "SnapshotNotFound", "StateChanged",
    "UnexpectedAnswer", "Universe", "ValidationError", "__version__", "models",
]  # fmt: skip
