"""Deciding every minute from the database what is due and starting it. The clock that asks may be late, early or doubled.

A message, a run, a worker, Redis or PostgreSQL may be lost at any moment: what is not in the ledger is tried for again, with
growing pauses, until it is.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import structlog
from django.db import connection, transaction

from datasources.models import DataSource
from datasources.providers import provider_of
from syncjobs.choices import RunStatus
from syncjobs.errors import SourceNotUsable, SyncAlreadyRunning
from syncjobs.missing_lists import expected_by, find_due_at, find_missing_days, scheduled_sources
from syncjobs.models import ExpectedList, SyncRun
from syncjobs.next_day.expectations import find_unconfirmed_days, is_of_the_evening
from syncjobs.next_day.revision import revisable_until
from syncjobs.recorded_texts import BY_SCHEDULE
from syncjobs.runs import start_listing_run

logger = structlog.get_logger(__name__)

# Any constant will do, as long as nothing else in the database takes the same advisory lock.
_LEADER_LOCK = 7_203_000_002
#: After the first failed attempt, the second, and so on; the last for all further ones.
_PAUSES = [timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 30, 60)]
#: After so many attempts for a day that is no longer the newest it is asked for four times a day.
_MANY_ATTEMPTS, _LONG_PAUSE = 12, timedelta(hours=6)
# Where one day was not to be had another is not asked for at once: the source itself may be away.
_BETWEEN_DAYS = timedelta(minutes=5)


def decide_due_runs(now: datetime, *, is_due_now: bool = False) -> list[SyncRun]:
    """Start what is due at `now`, at most one run for each source, and return what was started.

    Of several deciders at once one decides. `is_due_now`: the schedule of daily lists has just come round, whatever it says itself.
    """
    with transaction.atomic():
        if not _is_leader():
            return []
        decided = [
            _decide(source, now, now if is_due_now and _has_every_day(source) else find_due_at(source, now))
            for source in scheduled_sources()
        ]
    return [run for run in decided if run is not None]


def _is_leader() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LEADER_LOCK])
        return bool(cursor.fetchone()[0])


def _decide(source: DataSource, now: datetime, due_at: datetime | None) -> SyncRun | None:
    unconfirmed = find_unconfirmed_days(source, due_at)
    missing = sorted({*find_missing_days(source, due_at), *unconfirmed}, reverse=True)
    waiting = ExpectedList.objects.filter(source=source)
    gone = [one.pk for one in waiting if one.day not in missing or is_of_the_evening(one, unconfirmed)]
    arrived, _ = waiting.filter(pk__in=gone).delete()
    if arrived:
        logger.info("lists_arrived", source_id=source.pk, count=arrived)
    if not missing or due_at is None:
        return None
    ExpectedList.objects.bulk_create(
        [ExpectedList(source=source, day=day, due_at=due_at, next_attempt_at=now) for day in missing], ignore_conflicts=True
    )  # fmt: skip
    expected = _next_to_try(source, missing, now, due_at)
    return None if expected is None else _try(expected, now, is_newest=expected.day == missing[0])


def _next_to_try(source: DataSource, missing: Sequence[date], now: datetime, due_at: datetime) -> ExpectedList | None:
    """The newest day whose pause is over. What waits for a person is not fetched again; a busy source is left alone."""
    if SyncRun.objects.filter(source=source).of_their_own().active().exists():
        return None
    waiting = SyncRun.objects.filter(source=source, status=RunStatus.NEEDS_REVIEW)
    in_review = {
        expected_by(source, day)
        for *days, fetched_at in waiting.values_list("requested_date", "date_in_force", "fetched_at")
        for day in days if day and not _is_overtaken(source, day, fetched_at, now)
    }  # fmt: skip
    expected = ExpectedList.objects.filter(source=source).select_related("source", "last_run")
    has_just_failed = expected.filter(last_attempt_at__gt=now - _BETWEEN_DAYS, last_attempt_at__lte=now).exists()
    for one in expected.exclude(day__in=in_review):
        if (has_just_failed and one.day != missing[0]) or _has_answered(one, due_at):
            continue
        # A pause longer than any was written by a clock that was ahead.
        if one.next_attempt_at <= now or one.next_attempt_at > now + _LONG_PAUSE:
            return one
    return None


def _is_overtaken(source: DataSource, day: date, fetched_at: datetime | None, now: datetime) -> bool:
    """Of a list in review: its provider may have given other rows since."""
    until = revisable_until(source, day)
    return until is not None and fetched_at is not None and fetched_at < until <= now


def _has_answered(expected: ExpectedList, due_at: datetime) -> bool:
    """Whether the publisher of a monthly list was asked since the schedule came round, and had no newer one: it is asked again when
    that comes round next. An answer that could not be had is tried for with pauses, as that of a day.
    """
    if _has_every_day(expected.source) or expected.last_attempt_at is None or expected.last_run is None:
        return False
    return expected.last_attempt_at >= due_at and expected.last_run.status == RunStatus.COMPLETED


def _has_every_day(source: DataSource) -> bool:
    return provider_of(source).has_every_day


def _try(expected: ExpectedList, now: datetime, *, is_newest: bool) -> SyncRun | None:
    try:
        day = expected.day if _has_every_day(expected.source) else None
        run = start_listing_run(expected.source, requested_by=BY_SCHEDULE, day=day)
    except (SyncAlreadyRunning, SourceNotUsable) as reason:
        logger.warning("sync_skipped", source_id=expected.source_id, reason=str(reason))
        return None
    expected.attempts += 1
    expected.last_attempt_at, expected.last_run = now, run
    expected.next_attempt_at = now + pause_after(expected.attempts, is_newest=is_newest)
    expected.save(update_fields=["attempts", "last_attempt_at", "last_run", "next_attempt_at"])
    logger.info("list_tried", source_id=expected.source_id, day=str(expected.day), attempt=expected.attempts)
    return run


def pause_after(attempts: int, *, is_newest: bool) -> timedelta:
    """How long a day is left alone after so many attempts; counted from the beginning of the last."""
    if attempts > _MANY_ATTEMPTS and not is_newest:
        return _LONG_PAUSE
    return _PAUSES[min(attempts, len(_PAUSES)) - 1]
