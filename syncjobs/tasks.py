"""Work that runs by itself."""

from datetime import timedelta

import structlog
from celery import shared_task
from django.utils import timezone

from syncjobs.uploads import discard_uploads_before

logger = structlog.get_logger(__name__)

_KEEP_UNDECIDED = timedelta(days=1)


@shared_task
def discard_stale_uploads() -> None:
    """Drop the contents of uploads that nobody decided on for a day."""
    logger.info("uploads_discarded", count=discard_uploads_before(timezone.now() - _KEEP_UNDECIDED))
