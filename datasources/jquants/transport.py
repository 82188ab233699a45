"""HTTP to J-Quants: counted, logged, within the plan's limit, and silent on secrets.

Source: J-Quants, "Response Status" and "Rate Limits" (jpx-jquants.com/en/spec), checked 2026-11.
"""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import structlog
from django.conf import settings
from django.utils.translation import gettext

from datasources.choices import ApiVersion
from datasources.errors import SourceError
from datasources.http import HttpService, kind_of_content
from datasources.jquants.answers import error_for_status, hide_secrets
from datasources.jquants.metrics import JQUANTS_CALLS, JQUANTS_SECONDS
from datasources.models import DataSource
from datasources.rate_limit import wait_for_turn
from datasources.waiting import CheckCancelled
from datasources.waits import telling_of

logger = structlog.get_logger(__name__)

# The public service closed V1 on 2026-06-01; compatible gateways still speak it.
_PUBLIC_BASE_URLS: dict[str, str] = {
    ApiVersion.V2: "https://api.jquants.com/v2",
    ApiVersion.V1: "https://api.jquants.com/v1",
}
# A whole list has 2 MB; anything much larger is not one.
_MAX_BYTES = 64 * 1024 * 1024


class Transport:
    """Sends requests for one source and gives back JSON objects. Not to be shared by threads."""

    def __init__(self, source: DataSource, *, secrets: Sequence[str], check_cancelled: CheckCancelled) -> None:
        self._source = source
        self._secrets = list(secrets)
        self._check_cancelled = check_cancelled
        self._service = HttpService(
            "J-Quants",
            source.base_url or _PUBLIC_BASE_URLS[source.api_version],
            patience=settings.JQUANTS_REQUESTS,
            max_bytes=_MAX_BYTES,
            check_cancelled=check_cancelled,
            tell_wait=telling_of(source),
        )

    def close(self) -> None:
        """Give the connections back."""
        self._service.close()

    def keep_secret(self, secret: str) -> None:
        """A text that became known only now and must not appear in messages either."""
        self._secrets.append(secret)

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """The JSON object that `path` answers. Asks again after faults that may pass. Raises `SourceError`."""
        return self._service.ask_patiently(lambda: self._request_once(method, path, query, headers, body))

    def _request_once(self, method: str, path: str, query: Any, headers: Any, body: Any) -> dict[str, Any]:
        wait_for_turn(self._source, self._check_cancelled)
        started = time.perf_counter()
        outcome = "unreachable"
        try:
            status, content = self._service.exchange(method, path, query=query, headers=headers, body=body)
            outcome = str(status)
            return self._read(status, content)
        except SourceError as error:
            outcome = str(error.status or error.code.lower())
            raise
        finally:
            seconds = time.perf_counter() - started
            JQUANTS_CALLS.labels(outcome).inc()
            JQUANTS_SECONDS.observe(seconds)
            # The path without its query: V1 puts its refresh token there.
            logger.info("jquants_api_call", method=method, path=path, status=outcome, seconds=round(seconds, 3))

    def _read(self, status: int, content: bytes) -> dict[str, Any]:
        try:
            answer = _read_json(content)
        except (ValueError, RecursionError):
            answer = None
        if status != 200:
            message = answer.get("message") if isinstance(answer, dict) else None
            raise error_for_status(status, hide_secrets(str(message or ""), self._secrets))
        if not isinstance(answer, dict):
            raise SourceError(
                "UNEXPECTED_RESPONSE",
                gettext("J-Quants の応答が {kind} です（メンテナンス中か、ベース URL の誤りかもしれません）。").format(
                    kind=kind_of_content(content)
                ),
                is_retryable=True,
                status=status,
            )
        return answer


def _read_json(content: bytes) -> Any:
    """Half of a surrogate pair is text to Python's own reader only: whoever reads the rows tells of it by row and field."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return json.loads(content)
