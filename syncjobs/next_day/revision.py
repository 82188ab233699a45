"""Up to when the list of a day may be revised."""

from datetime import date, datetime

from django.utils import timezone

from datasources.models import DataSource
from datasources.providers import list_provider_of


def revisable_until(source: DataSource, day: date) -> datetime | None:
    """The moment from which the list of a day stands, as the provider says; `None` where it never gives other rows."""
    at = list_provider_of(source).revised_until
    return None if at is None else datetime.combine(day, at, timezone.get_default_timezone())
