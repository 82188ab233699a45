"""Which of the masters' endpoints are cached (`api.front.cached_routes`)."""

from api.front.cached_routes import CachedRoute
from masters.apps import MASTERS

_BASE = "/api/v1/companies"
_DAY = 86400

ROUTES = [
    CachedRoute(
        "market-list", f"{_BASE}/markets", MASTERS, "masters", "masters:markets", _DAY, {"": "masters:markets"}
    ),
    CachedRoute(
        "sector-list", f"{_BASE}/sectors", MASTERS, "masters", "masters:sectors", _DAY,
        {"": "masters:sectors:33", "type=17": "masters:sectors:17", "type=33": "masters:sectors:33"},
    ),
]  # fmt: skip
