"""What database and Redis say of the present, read at each scrape: the same whichever process is asked."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time

import redis
import structlog
from django.db import DatabaseError, connection
from django.db.models import Max
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from backups.models import BackupKind
from backups.records import standing_of
from companies.issuers.official_dates.causes import Agreement
from companies.issuers.official_dates.reconciling import counted_differences
from companies.models import Company, ListingSnapshot
from datasources.choices import SourceHealth
from datasources.connection_check import health_of
from datasources.models import DataSource
from operations.health import State, component_states
from operations.proof_state import proof_metrics
from operations.task_queue import queue_length
from operations.telling import telling_metrics
from syncjobs.choices import RunStatus
from syncjobs.models import CalendarDay, SyncRun
from syncjobs.sources import enabled_list_sources
from syncjobs.sync_state import source_states

logger = structlog.get_logger(__name__)

_OPEN = (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.NEEDS_REVIEW)


class StoredState(Collector):
    """Gauges. Where a part is away its gauges are missing, and `component_up` says so."""

    def collect(self) -> Iterable[Metric]:
        states = component_states()
        up = GaugeMetricFamily(
            "component_up", "1 where the part does its work, 0 where it does not.", labels=["component"]
        )
        for name, state in states.items():
            up.add_metric([name], float(state == State.OK))
        yield up
        if states["database"] in (State.OK, State.READ_ONLY):
            for read in (
                _companies, _syncs, _missing_lists, _sources, _connections, _schedules, _backups, _reconciliation,
                telling_metrics, proof_metrics,
            ):  # fmt: skip
                yield from _unless_away(read)
        if states["broker"] != State.UNAVAILABLE:
            yield from _unless_away(_queues)


def _unless_away(read: Callable[[], Iterator[Metric]]) -> list[Metric]:
    """Nothing where the part went away since it answered."""
    try:
        return list(read())
    except (DatabaseError, redis.RedisError) as error:
        logger.warning("metrics_incomplete", reading=read.__name__, error=type(error).__name__)
        return []


def _companies() -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "active_companies", "Companies in the newest list.", value=Company.objects.active().count()
    )  # fmt: skip
    newest = ListingSnapshot.objects.holding().aggregate(day=Max("date_in_force"))["day"]
    if newest is not None:
        yield GaugeMetricFamily(
            "latest_snapshot_timestamp_seconds",
            "The day (in Japan) that the newest list is of, as its midnight UTC.",
            value=_midnight(newest),
        )


def _syncs() -> Iterator[Metric]:
    found = GaugeMetricFamily(
        "sync_runs_open", "Runs that have not ended, or wait for a person, by status.", labels=["status"]
    )
    for status in _OPEN:
        found.add_metric([status], SyncRun.objects.of_their_own().filter(status=status).count())
    yield found
    last = GaugeMetricFamily(
        "sync_last_success_timestamp_seconds", "When the last run of a source completed.", labels=["source"]
    )
    failed = GaugeMetricFamily(
        "sync_last_run_failed", "1 where the run of a source that ended last failed.", labels=["source"]
    )
    for source in enabled_list_sources():
        completed = source.runs.of_lists().filter(status=RunStatus.COMPLETED).aggregate(at=Max("completed_at"))["at"]
        if completed is not None:
            last.add_metric([source.name], completed.timestamp())
        ended = (
            source.runs.without_listing()
            .of_lists()
            .of_their_own()
            .exclude(status__in=_OPEN)
            .order_by("-completed_at")
            .first()
        )
        failed.add_metric([source.name], float(ended is not None and ended.status == RunStatus.FAILED))
    yield from (last, failed)


def _missing_lists() -> Iterator[Metric]:
    late = GaugeMetricFamily(
        "sync_overdue_seconds", "How long ago a list was due that is not there yet.", labels=["source"]
    )
    missing = GaugeMetricFamily(
        "listing_days_missing", "Business days whose list is due and not there.", labels=["source"]
    )
    unconfirmed = GaugeMetricFamily(
        "listing_days_unconfirmed",
        "Days whose list is still the one of the evening before its revision.",
        labels=["source"],
    )
    oldest = GaugeMetricFamily(
        "listing_oldest_missing_timestamp_seconds", "The oldest of them, as its midnight UTC.", labels=["source"]
    )
    attempts = GaugeMetricFamily(
        "listing_attempts", "How often the one of them was asked for that was asked for most.", labels=["source"]
    )
    for state in source_states(timezone.now()):
        name = [state.source.name]
        late.add_metric(name, state.overdue.total_seconds())
        missing.add_metric(name, len(state.missing))
        unconfirmed.add_metric(name, len(state.unconfirmed))
        attempts.add_metric(name, state.attempts)
        if state.missing:
            oldest.add_metric(name, _midnight(state.missing[-1]))
    yield from (late, missing, unconfirmed, oldest, attempts)
    known = CalendarDay.objects.aggregate(day=Max("day"))["day"]
    if known is not None:
        yield GaugeMetricFamily(
            "calendar_known_until_timestamp_seconds", "The last day that the calendar tells of, as its midnight UTC.",
            value=_midnight(known),
        )  # fmt: skip


def _midnight(day: date) -> float:
    return datetime.combine(day, time(), UTC).timestamp()


def _sources() -> Iterator[Metric]:
    healthy = GaugeMetricFamily(
        "data_source_healthy", "1 where the source answered when it was asked last.", labels=["source"]
    )
    for source in DataSource.objects.filter(is_enabled=True).exclude(last_checked_at=None):
        healthy.add_metric([source.name], float(health_of(source) is SourceHealth.OK))
    yield healthy


def _connections() -> Iterator[Metric]:
    found = GaugeMetricFamily(
        "db_connections_active",
        "Open connections to the database, by program and by what they do.",
        labels=["application", "state"],
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name, coalesce(state, 'unknown'), count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND backend_type = 'client backend' GROUP BY 1, 2"
        )
        for application, state, count in cursor.fetchall():
            found.add_metric([application, state], count)
    yield found


def _schedules() -> Iterator[Metric]:
    last = PeriodicTask.objects.filter(enabled=True).aggregate(at=Max("last_run_at"))["at"]
    if last is not None:
        yield GaugeMetricFamily(
            "beat_last_sent_timestamp_seconds", "When beat last sent a scheduled task.", value=last.timestamp()
        )


def _backups() -> Iterator[Metric]:
    for kind, success, failed, what in (
        (BackupKind.BACKUP, "backup_last_success_timestamp_seconds", "backup_last_failed", "backup by plan"),
        (
            BackupKind.REHEARSAL, "restore_rehearsal_last_success_timestamp_seconds", "restore_rehearsal_last_failed",
            "restore on trial",
        ),
    ):  # fmt: skip
        standing = standing_of(kind)
        good = standing.last_success
        yield GaugeMetricFamily(
            success,
            f"When the last {what} that ended well began; 0 where there was none.",
            value=good.started_at.timestamp() if good else 0,
        )
        yield GaugeMetricFamily(failed, f"1 where the last {what} failed.", value=standing.is_failing)
        if kind == BackupKind.BACKUP and good is not None:
            yield GaugeMetricFamily("backup_size_bytes", "Of the last one that ended well.", value=good.size_bytes or 0)


def _reconciliation() -> Iterator[Metric]:
    """As a task counted it; nothing where none has yet. A kind without differences is there with 0, since an alert looks at it."""
    counted = counted_differences()
    if counted is None:
        return
    found = GaugeMetricFamily(
        "reconciliation_differences",
        "Official days and lists that differ, by how and by whether that is explained by its cause or accepted by a person.",
        labels=["kind", "is_explained"],
    )
    numbers = {(kind, is_explained): 0 for kind in Agreement.values for is_explained in (True, False)}
    for (agreement, _kind, _cause, is_explained), number in counted.items():
        numbers[agreement, is_explained] += number
    for (kind, is_explained), number in numbers.items():
        if kind != Agreement.AGREEING:
            found.add_metric([kind, str(is_explained).lower()], number)
    yield found
    yield GaugeMetricFamily(
        "reconciliation_agreeing", "Official days that agree with the lists.", value=numbers[Agreement.AGREEING, True]
    )


def _queues() -> Iterator[Metric]:
    lengths = GaugeMetricFamily("celery_queue_length", "Messages that wait for a worker.", labels=["queue"])
    name, length = queue_length()
    lengths.add_metric([name], length)
    yield lengths
