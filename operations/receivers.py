"""Connects what is measured to what is done: from its import on queries, tasks and crashes are counted and logged."""

from django.core.signals import got_request_exception
from django.db.backends.signals import connection_created
from django_structlog.celery.receivers import CeleryReceiver

from logs import liveness
from operations import query_times, task_outcomes, worker_exporter
from operations.page_requests import log_unhandled_exception

connection_created.connect(query_times.time_queries)
got_request_exception.connect(log_unhandled_exception)
# The id of a request goes with the tasks it sends, and is in every line of theirs. Kept: signals hold on weakly.
_context_of_tasks = CeleryReceiver()
_context_of_tasks.connect_worker_signals()
task_outcomes.count_tasks()
liveness.show_worker_alive()
worker_exporter.serve_with_worker()
