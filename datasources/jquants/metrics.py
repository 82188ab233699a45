"""What is counted of calls to J-Quants."""

from prometheus_client import Counter, Histogram

JQUANTS_CALLS = Counter(
    "jquants_api_calls", "Calls of the J-Quants API by HTTP status, or by what went wrong before one came.", ["status"]
)
JQUANTS_SECONDS = Histogram(
    "jquants_response_time_seconds",
    "Seconds until an answer of the J-Quants API was read whole.",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
TOKEN_RENEWALS = Counter("jquants_token_renewals", "Scheduled renewals of V1's tokens, by outcome.", ["outcome"])
# Both are there from the start: a first failure would otherwise be no increase.
for _outcome in ("renewed", "failed"):
    TOKEN_RENEWALS.labels(_outcome)
