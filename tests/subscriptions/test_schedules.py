"""What of telling others runs by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from companies.models import HistoryProof
from config.celery import app
from operations.beat import LivingScheduler
from subscriptions.models import OutboxEntry
from subscriptions.tasks import look_at_conditions, purge_deliveries


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_telling_has_a_queue_of_its_own_and_what_time_makes_true_is_looked_at_by_the_workers() -> None:
    LivingScheduler(app=app)

    tasks = PeriodicTask.objects.filter(name__in=["tell-others", "look-at-conditions"]).order_by("name")
    assert [(task.task, str(task.interval), task.queue, task.expire_seconds) for task in tasks] == [
        ("subscriptions.tasks.look_at_conditions", "every 60 seconds", None, 55),
        ("subscriptions.tasks.tell_others", "every 5 seconds", "deliveries", 4),
    ]


@pytest.mark.django_db
def test_deliveries_are_forgotten_every_night() -> None:
    task = PeriodicTask.objects.get(task="subscriptions.tasks.purge_deliveries")

    assert (task.name, task.enabled, task.expire_seconds) == ("古い配信の削除", True, 3600)
    assert (task.crontab.hour, task.crontab.minute, str(task.crontab.timezone)) == ("3", "40", "Asia/Tokyo")


@pytest.mark.django_db
def test_the_task_tells_what_is_true_now_once() -> None:
    HistoryProof.objects.create(
        origin="schedule", started_at=timezone.now(), duration_seconds=1, since_revision=0, until_revision=7,
        difference_count=1, fingerprint="a",
    )  # fmt: skip
    look_at_conditions()
    look_at_conditions()

    assert list(OutboxEntry.objects.values_list("kind", flat=True)) == ["proof_failed"]


@pytest.mark.django_db
def test_what_happened_is_forgotten_with_the_deliveries_but_for_the_last_number() -> None:
    old = timezone.now() - timedelta(days=36)
    for number in (1, 2):
        OutboxEntry.objects.create(number=number, kind="revision", occurred_at=old)
    purge_deliveries()

    assert list(OutboxEntry.objects.values_list("number", flat=True)) == [2]
