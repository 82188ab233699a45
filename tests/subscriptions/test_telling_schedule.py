"""What the schedule in the code says of telling."""

from datetime import timedelta

from celery import current_app
from django.conf import settings

from subscriptions.schedule import QUEUE


def test_it_is_looked_every_five_seconds_by_a_process_of_its_own_and_no_message_piles_up() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["tell-others"]

    assert entry["schedule"] == timedelta(seconds=5)
    assert entry["options"] == {"queue": QUEUE, "expire_seconds": 4}
    assert current_app.conf.task_default_queue != QUEUE


def test_what_is_scheduled_is_there() -> None:
    tasks = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    current_app.loader.import_default_modules()
    assert tasks <= set(current_app.tasks)
    assert {"subscriptions.tasks.tell_others", "syncjobs.tasks.decide_due_runs"} <= tasks
