"""Which of the companies' endpoints are cached, under which keys and for how long (`api.front.cached_routes`)."""

from api.front.cached_routes import CachedRoute
from companies.api.current import company_from_memory, list_from_memory, search_from_memory
from companies.api.event_pages import events_from_memory
from companies.apps import COMPANIES

_BASE = "/api/v1/companies"
_HOUR, _HALF_HOUR = 3600, 1800

#: In the order of their use; words come before codes.
ROUTES = [
    CachedRoute(
        "company-list", _BASE, COMPANIES, "companies_list", "companies:list", _HALF_HOUR, from_memory=list_from_memory,
        live_parameter="include",
    ),
    CachedRoute(
        "company-search", f"{_BASE}/search", COMPANIES, "companies_search", "companies:search", _HALF_HOUR,
        from_memory=search_from_memory,
    ),
    CachedRoute(
        "event-list", f"{_BASE}/events", COMPANIES, "companies_events", "companies:events", _HALF_HOUR,
        from_memory=events_from_memory,
    ),
    CachedRoute(
        "announcement-list", f"{_BASE}/announcements", COMPANIES, "companies_announcements", "companies:announcements", _HALF_HOUR
    ),
    CachedRoute("change-list", f"{_BASE}/changes", COMPANIES, "companies_changes", "companies:changes", _HALF_HOUR),
    CachedRoute("snapshot-list", "/api/v1/snapshots", COMPANIES, "snapshots", "snapshots:list", _HALF_HOUR),
    CachedRoute("issuer-list", "/api/v1/issuers", COMPANIES, "issuers", "issuers:list", _HALF_HOUR),
    CachedRoute(
        "issuer-detail", r"/api/v1/issuers/(?P<edinet_code>E[0-9]{5})", COMPANIES, "issuer", "issuers:code:{edinet_code}", _HOUR
    ),
    CachedRoute("lineage-list", "/api/v1/lineage", COMPANIES, "lineage", "lineage:list", _HALF_HOUR),
    CachedRoute(
        "company-lineage", rf"{_BASE}/(?P<code>[0-9A-Za-z]{{4,5}})/lineage", COMPANIES, "company", "companies:lineage:{code}",
        _HOUR,
    ),
    CachedRoute(
        "company-detail", rf"{_BASE}/(?P<code>[0-9A-Za-z]{{4,5}})", COMPANIES, "company", "company:code:{code}",
        _HOUR, {"": "company:code:{code}"}, from_memory=company_from_memory,
    ),
    CachedRoute(
        "company-history", rf"{_BASE}/(?P<code>[0-9A-Za-z]{{4,5}})/history", COMPANIES, "company",
        "companies:history:{code}", _HOUR,
    ),
    CachedRoute(
        "company-identifier-list", rf"{_BASE}/(?P<code>[0-9A-Za-z]{{4,5}})/identifiers", COMPANIES, "company",
        "companies:identifiers:{code}", _HOUR,
    ),
]  # fmt: skip
