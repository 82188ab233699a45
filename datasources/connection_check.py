"""Trying whether a source answers, and remembering what came of it."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.utils import timezone
from django.utils.translation import gettext

from datasources.choices import Provider
from datasources.errors import SourceError, SourceNotAsked
from datasources.jquants.client import open_client
from datasources.models import DataSource
from datasources.yahoo.client import open_yahoo_client

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
    probe = _PROBES.get(source.provider)
    if probe is None:
        return CheckResult(False, gettext("この提供元の接続テストはありません。"))
    try:
        code, result = WORKS, CheckResult(True, probe(source))
    except SourceNotAsked as error:
        return CheckResult(False, error.message)
    except SourceError as error:
        code, result = error.code, CheckResult(False, error.message)
    note_outcome(source, code, result.message)
    return result


def _probe_jquants(source: DataSource) -> str:
    with open_client(source) as client:
        client.probe()
    return gettext("接続できました。認証情報は有効です。")


def _probe_yahoo(source: DataSource) -> str:
    with open_yahoo_client(source, is_on_demand=True) as client:
        client.probe()
    return gettext("接続できました。")


#: Asks a source for one issue; says how well it went, or raises `SourceError`.
_PROBES: dict[str, Callable[[DataSource], str]] = {
    Provider.JQUANTS: _probe_jquants,
    Provider.YAHOO: _probe_yahoo,
}


def note_outcome(source: DataSource, code: str, message: str) -> None:
    """Remember how asking the source went; `OK` for well."""
    DataSource.objects.filter(pk=source.pk).update(
        last_checked_at=timezone.now(), last_check_code=code, last_check_message=message
    )
    logger.info("source_checked", source_id=source.pk, outcome=code)


def health_of(source: DataSource) -> str:
    """`ok`, `failing`, `unchecked` or `disabled`."""
    if not source.is_enabled:
        return "disabled"
    if source.last_checked_at is None:
        return "unchecked"
    return "ok" if source.last_check_code == WORKS else "failing"
