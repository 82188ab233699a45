"""Trying whether a source answers, and remembering what came of it."""

from dataclasses import dataclass

import structlog
from django.utils import timezone

from datasources.choices import SourceHealth
from datasources.errors import SourceError, SourceNotAsked
from datasources.models import DataSource
from datasources.providers import provider_of

logger = structlog.get_logger(__name__)

#: What `note_outcome` calls a source that answers.
WORKS = "OK"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What to tell the operator, in Japanese."""

    is_ok: bool
    message: str


def check_connection(source: DataSource) -> CheckResult:
    """Ask the source for one issue with the stored credentials. Writes the outcome to the source; never raises for it."""
    try:
        code, result = WORKS, CheckResult(True, provider_of(source).probe(source))
    except SourceNotAsked as error:
        return CheckResult(False, error.message)
    except SourceError as error:
        code, result = error.code, CheckResult(False, error.message)
    note_outcome(source, code, result.message)
    return result


def note_outcome(source: DataSource, code: str, message: str) -> None:
    """Remember how asking the source went; `OK` for well."""
    DataSource.objects.filter(pk=source.pk).update(
        last_checked_at=timezone.now(), last_check_code=code, last_check_message=message
    )
    logger.info("source_checked", source_id=source.pk, outcome=code)


def health_of(source: DataSource) -> SourceHealth:
    """As it was when it was last asked."""
    if not source.is_enabled:
        return SourceHealth.DISABLED
    if source.last_checked_at is None:
        return SourceHealth.UNCHECKED
    return SourceHealth.OK if source.last_check_code == WORKS else SourceHealth.FAILING
