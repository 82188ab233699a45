"""What is counted of the REST API."""

from functools import lru_cache

from prometheus_client import Counter, Histogram

REQUESTS = Counter("api_requests_total", "Requests under /api/", ["method", "endpoint", "status"])
DURATION = Histogram(
    "api_request_duration_seconds",
    "Time to answer a request under /api/",
    ["endpoint"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
CACHE_HITS = Counter("cache_hits_total", "Answers from the cache", ["cache_type"])
CACHE_MISSES = Counter("cache_misses_total", "Answers that were not in the cache", ["cache_type"])
CACHE_FAILURES = Counter("cache_failures_total", "Times Redis could not be used", ["during"])
LOG_LINES_LOST = Counter(
    "log_lines_lost_total", "Lines of requests that could not be written, as where the log's disk is full"
)
UNLIMITED = Counter("rate_limit_failed_open_total", "Requests let through uncounted because Redis was away")

_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT"})


@lru_cache(maxsize=1024)
def of_request(method: str, endpoint: str, status: int) -> tuple[Counter, Histogram]:
    """Where a request is counted and timed, found once: looking it up takes as long as counting.

    Methods that HTTP does not have count as one: callers make them up, and each would be a series that stays.
    """
    known = method if method in _METHODS else "OTHER"
    return REQUESTS.labels(known, endpoint, status), DURATION.labels(endpoint)
