"""What is counted of runs."""

from prometheus_client import Counter

SYNC_RUNS = Counter("sync_runs", "Moves of sync runs to a status, by that status.", ["status"])
