"""Which of synchronisation's endpoints are cached. Only while nothing runs: their views say so (`Cache-Control`)."""

from api.front.cached_routes import CachedRoute
from syncjobs.apps import CALENDAR, SYNC

_BASE = "/api/v1/companies/sync"

ROUTES = [
    CachedRoute("sync-status", f"{_BASE}/status", SYNC, "sync", "sync:status", 300, {"": "sync:status"}),
    CachedRoute("sync-run-list", f"{_BASE}/runs", SYNC, "sync", "sync:history:{today}", 300),
    # Without a period it is of today.
    CachedRoute("calendar-day-list", "/api/v1/calendar", CALENDAR, "calendar", "calendar:{today}", 1800),
]
