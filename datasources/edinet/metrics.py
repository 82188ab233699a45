"""What is counted of downloads from EDINET."""

from prometheus_client import Counter, Histogram

EDINET_CALLS = Counter(
    "edinet_downloads", "Downloads from EDINET by HTTP status, or by what went wrong before one came.", ["status"]
)
EDINET_SECONDS = Histogram(
    "edinet_response_time_seconds",
    "Seconds until an answer of EDINET was read whole.",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
