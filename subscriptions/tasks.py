"""Telling others: number what happened, plan what is sent, send it."""

import threading
from typing import Any

import structlog
from celery import shared_task
from celery.signals import worker_shutting_down
from django.utils import timezone

from database.connections import database_now
from subscriptions.deliveries.clock_set_back import forget_the_future
from subscriptions.deliveries.dispatching import Dispatcher
from subscriptions.deliveries.purging import purge_deliveries as forget_deliveries
from subscriptions.destinations.feeds import publish_waiting
from subscriptions.outbox.entries import forget_old_entries, number_new_entries
from subscriptions.told.conditions import tell_conditions
from subscriptions.told.planning import plan_deliveries

logger = structlog.get_logger(__name__)

_LOOK_FOR_NEWS_EVERY_SECONDS = 1.0
_is_stopping = threading.Event()


def _stop(**_told: Any) -> None:
    """The worker was asked to end: nothing is begun any more."""
    _is_stopping.set()
    logger.info("worker_asked_to_stop")


worker_shutting_down.connect(_stop)


@shared_task
def tell_others() -> None:
    """All that is to be told now, until there is nothing to do. What happens meanwhile is taken up within a second, whoever is still
    waiting for an answer.
    """
    with Dispatcher(_is_stopping.is_set) as dispatcher:
        while not _is_stopping.is_set():
            numbered, planned = number_new_entries(), plan_deliveries(database_now())
            publish_waiting()
            has_more = dispatcher.send_due(_LOOK_FOR_NEWS_EVERY_SECONDS)
            if not (numbered or planned or has_more):
                break
    if dispatcher.attempted:
        logger.info("others_told", attempted=dispatcher.attempted, delivered=dispatcher.delivered)


@shared_task
def look_at_conditions() -> None:
    """Look every minute what time alone made true since, and whether the clock was set back."""
    if count := forget_the_future(database_now()):
        logger.warning("delivery_clock_was_ahead", destinations=count)
    if count := tell_conditions(database_now()):
        logger.info("conditions_recorded", count=count)


@shared_task
def purge_deliveries() -> None:
    """Forget what is older than 30 days, and what happened once everybody was told of it."""
    purged = forget_deliveries(timezone.now())
    logger.info(
        "deliveries_purged", deliveries=purged.deliveries, never_sent=purged.never_sent, attempts=purged.attempts,
        messages=purged.messages, happenings=forget_old_entries(timezone.now()),
    )  # fmt: skip
