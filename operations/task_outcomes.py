"""How Celery's tasks end and how long they take, counted in the process that runs them."""

import time
from typing import Any

from celery.signals import task_postrun, task_prerun, task_revoked
from prometheus_client import Counter, Histogram

TASKS = Counter("celery_tasks", "Tasks that ended, by how.", ["task", "state"])
TASK_SECONDS = Histogram(
    "celery_task_duration_seconds",
    "Seconds a task took.",
    ["task"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600),
)


def count_tasks() -> None:
    """Connect to Celery's signals; processes that run no tasks never hear them."""
    task_prerun.connect(_note_start)
    task_postrun.connect(_count)
    task_revoked.connect(_count_revoked)


def _note_start(task: Any = None, **_options: Any) -> None:
    task.request.meigara_started = time.perf_counter()
    # There from its first run on: a first failure would otherwise be no increase.
    TASKS.labels(task.name, "failure")


def _count(task: Any = None, state: str | None = None, **_options: Any) -> None:
    TASKS.labels(task.name, (state or "unknown").lower()).inc()
    started = getattr(task.request, "meigara_started", None)
    if started is not None:
        TASK_SECONDS.labels(task.name).observe(time.perf_counter() - started)


def _count_revoked(request: Any = None, **_options: Any) -> None:
    """Also a message that expired before a worker took it."""
    TASKS.labels(request.task, "revoked").inc()
