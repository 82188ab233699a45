"""What is news, and what is history that came to be known late. Pure."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

#: What happened so long before it was recorded, at most, is news. JPX's list is of the end of a month and comes out up to two weeks
#: later, so that what happened just after the list before it is told after some 45 days; a day that was missed is filled in sooner. Lists
#: of years that are filled in, the first import into an empty database above all, are of days before: nobody wants thousands of messages of them.
NEWS_WITHIN = timedelta(days=45)


def is_news(day: date | None, recorded_at: datetime) -> bool:
    """Whether what is of a day was recorded soon enough after it; what is still to come is news, and so is what is of no day."""
    return day is None or day >= timezone.localtime(recorded_at).date() - NEWS_WITHIN


def as_text(day: Any) -> str | None:
    """A day or an instant as it is told."""
    return day.isoformat() if day is not None else None
