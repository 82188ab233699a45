"""Beat after its clock was ahead."""

from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from config.celery import app
from operations.beat import LivingScheduler

# Beat closes connections as it likes.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

MINUTELY = "decide-due-runs"


def test_the_minute_s_task_is_in_the_code_and_every_start_of_beat_brings_it_back() -> None:
    LivingScheduler(app=app)
    PeriodicTask.objects.filter(name=MINUTELY).delete()
    LivingScheduler(app=app)

    task = PeriodicTask.objects.get(name=MINUTELY)
    assert (task.task, str(task.interval), task.crontab) == ("syncjobs.tasks.decide_due_runs", "every 60 seconds", None)
    assert task.expire_seconds == 55


def test_a_clock_that_was_ahead_does_not_silence_it() -> None:
    LivingScheduler(app=app)
    ahead = timezone.now() + timedelta(days=1)
    PeriodicTask.objects.update(last_run_at=ahead)
    scheduler = LivingScheduler(app=app)
    entry = scheduler.schedule[MINUTELY]
    assert entry.last_run_at == ahead
    assert entry.is_due().next > 86_000

    scheduler.forget_the_future()

    assert scheduler._heap is None
    assert entry.is_due().next <= 60
    scheduler.sync()
    assert PeriodicTask.objects.get(name=MINUTELY).last_run_at <= timezone.now()


def test_a_clock_that_is_right_changes_nothing() -> None:
    scheduler = LivingScheduler(app=app)
    PeriodicTask.objects.update(last_run_at=timezone.now() - timedelta(seconds=30))
    scheduler = LivingScheduler(app=app)
    before = {name: entry.last_run_at for name, entry in scheduler.schedule.items()}
    scheduler._heap = []  # type: ignore[assignment] # untyped

    scheduler.forget_the_future()
    scheduler.forget_the_future()

    assert {name: entry.last_run_at for name, entry in scheduler.schedule.items()} == before
    assert scheduler._heap == []


@pytest.mark.parametrize(("waiting", "is_sent"), [(999, True), (1000, False)])
def test_what_would_only_wait_to_be_thrown_away_is_not_sent(waiting: int, is_sent: bool) -> None:
    """Redis keeps what has expired until somebody takes it: a worker that is away must not fill it."""
    queue = app.conf.task_default_queue
    LivingScheduler(app=app)
    PeriodicTask.objects.filter(name=MINUTELY).update(last_run_at=timezone.now() - timedelta(hours=1))
    scheduler = LivingScheduler(app=app)
    with redis.Redis.from_url(settings.CELERY_BROKER_URL) as client:
        client.rpush(queue, *["x"] * waiting)
        try:
            scheduler.apply_async(scheduler.schedule[MINUTELY], advance=False)
            assert client.llen(queue) == waiting + is_sent
        finally:
            client.delete(queue)
