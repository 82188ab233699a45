"""Connects what is measured to what is done."""

from django.apps import AppConfig
from django.core.signals import got_request_exception
from django.db.backends.signals import connection_created
from django_structlog.celery.receivers import CeleryReceiver


class OperationsConfig(AppConfig):
    """Metrics, probes and signs of life."""

    name = "operations"
    label = "operations"

    def ready(self) -> None:
        """From here on queries, tasks and crashes are counted and logged."""
        from logs import liveness  # noqa: PLC0415
        from operations import query_times, task_outcomes, worker_exporter  # noqa: PLC0415
        from operations.page_requests import log_unhandled_exception  # noqa: PLC0415 settings come first

        connection_created.connect(query_times.time_queries)
        got_request_exception.connect(log_unhandled_exception)
        # The id of a request goes with the tasks it sends, and is in every line of theirs. Kept: signals hold on weakly.
        self._context_of_tasks = CeleryReceiver()
        self._context_of_tasks.connect_worker_signals()
        task_outcomes.count_tasks()
        liveness.show_worker_alive()
        worker_exporter.serve_with_worker()
