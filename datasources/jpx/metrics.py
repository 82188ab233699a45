"""What is counted of downloads from JPX."""

from prometheus_client import Counter, Histogram

JPX_CALLS = Counter(
    "jpx_downloads", "Downloads from JPX by HTTP status, or by what went wrong before one came.", ["status"]
)
JPX_SECONDS = Histogram(
    "jpx_response_time_seconds",
    "Seconds until an answer of JPX was read whole.",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
