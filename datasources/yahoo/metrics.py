"""What is counted of calls to Yahoo Finance."""

from prometheus_client import Counter, Histogram

YAHOO_CALLS = Counter(
    "yahoo_api_calls", "Calls of Yahoo Finance by HTTP status, or by what went wrong before one came.", ["status"]
)
YAHOO_SECONDS = Histogram(
    "yahoo_response_time_seconds",
    "Seconds until an answer of Yahoo Finance was read whole.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
