"""What is counted of telling others."""

from prometheus_client import Counter, Histogram

#: `outcome`: delivered, failed, gone, given_up.
DELIVERIES = Counter("deliveries", "Attempts at deliveries, by channel and what came of them.", ["channel", "outcome"])
DELIVERY_SECONDS = Histogram(
    "delivery_duration_seconds", "How long attempts took, by channel.", ["channel"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)  # fmt: skip
