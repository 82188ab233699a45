"""HTTP to Yahoo Finance: counted, logged, within the limit, and quiet after a refusal.

Source: the chart endpoint's behaviour (no documentation), checked 2026-11: it answers browsers, refuses who asks too often
with 429 and without `Retry-After`, and where consent is asked for with a redirection or a page of HTML.
"""

import time
from typing import Any, NamedTuple

import structlog
from django.utils.translation import gettext

from datasources.errors import SourceError, SourceNotAsked
from datasources.http import HttpService, kind_of_content
from datasources.models import DataSource
from datasources.pauses import find_pause_reason, pause_source
from datasources.rate_limit import wait_for_turn
from datasources.waiting import CheckCancelled, HttpPatience
from datasources.waits import telling_of
from datasources.yahoo.chart import is_unknown_symbol, parse_json
from datasources.yahoo.metrics import YAHOO_CALLS, YAHOO_SECONDS

logger = structlog.get_logger(__name__)

# The chart endpoint. Checked 2026-11.
_BASE_URL = "https://query1.finance.yahoo.com"
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
    "Accept": "application/json",
    "Accept-Language": "ja,en;q=0.5",
}
_QUERY = {"range": "5d", "interval": "1d"}
# An answer has 2 KB.
_MAX_BYTES = 2 * 1024 * 1024
_TOO_MANY = 429


class Manners(NamedTuple):
    """How a caller behaves: how long, in seconds, it waits for its turn under the limit and for a Redis that is away, and
    how long all are to leave the source alone after it met a fault (nothing: then it waits out the pauses of others).
    """

    turn_seconds: float
    store_seconds: float
    pause_after_fault_seconds: float


class YahooTransport:
    """Asks for charts for one source. Not to be shared by threads."""

    def __init__(
        self, source: DataSource, *, patience: HttpPatience, manners: Manners, check_cancelled: CheckCancelled
    ) -> None:
        self._source = source
        self._patience = patience
        self._manners = manners
        self._check_cancelled = check_cancelled
        self._service = HttpService(
            "Yahoo Finance",
            source.base_url or _BASE_URL,
            patience=patience,
            max_bytes=_MAX_BYTES,
            check_cancelled=check_cancelled,
            tell_wait=telling_of(source),
        )

    def close(self) -> None:
        """Give the connections back."""
        self._service.close()

    def get_chart(self, symbol: str) -> dict[str, Any]:
        """The answer for a symbol, also one that says it is unknown. Asks again after faults that may pass, and a refusal
        makes all processes leave the source alone. Raises `SourceError`.
        """
        return self._service.ask_patiently(lambda: self._ask_once(symbol))

    def _ask_once(self, symbol: str) -> dict[str, Any]:
        if self._manners.pause_after_fault_seconds and (reason := find_pause_reason(self._source)):
            raise _paused(reason)
        wait_for_turn(
            self._source,
            self._check_cancelled,
            patience_seconds=self._manners.store_seconds,
            longest_wait_seconds=self._manners.turn_seconds,
        )
        started = time.perf_counter()
        outcome = "unreachable"
        try:
            path = f"/v8/finance/chart/{symbol}"
            status, content = self._service.exchange("GET", path, query=_QUERY, headers=_HEADERS)
            outcome = str(status)
            return _read(status, content)
        except SourceError as error:
            outcome = str(error.status or error.code.lower())
            self._pause_after(error)
            raise
        finally:
            seconds = time.perf_counter() - started
            YAHOO_CALLS.labels(outcome).inc()
            YAHOO_SECONDS.observe(seconds)
            logger.info("yahoo_api_call", symbol=symbol, status=outcome, seconds=round(seconds, 3))

    def _pause_after(self, error: SourceError) -> None:
        seconds = self._manners.pause_after_fault_seconds
        if error.status == _TOO_MANY:
            seconds = self._patience.wait_after_limit_seconds
        if seconds:
            pause_source(self._source, seconds, error)


def _read(status: int, content: bytes) -> dict[str, Any]:
    answer = parse_json(content)
    if answer is not None and (status == 200 or is_unknown_symbol(answer)):
        return answer
    if status == 200 or 300 <= status < 400:
        kind = kind_of_content(content) if status == 200 else f"HTTP {status}"
        raise SourceError(
            "UNEXPECTED_RESPONSE" if status == 200 and kind != "HTML" else "CONSENT_PAGE",
            gettext(
                "Yahoo Finance の応答が {kind} です（同意画面か、メンテナンス中かもしれません）。ベース URL と、"
                "このサーバーからブラウザーで開けるかを確認してください。"
            ).format(kind=kind),
            status=status,
        )
    raise _error_for_status(status)


def _error_for_status(status: int) -> SourceError:
    if status == _TOO_MANY:
        message = gettext("Yahoo Finance に、回数が多すぎるとして断られました。毎分の上限を下げてください。")
        return SourceError("RATE_LIMITED", message, is_retryable=True, status=status)
    if status >= 500:
        message = gettext(
            "Yahoo Finance のサーバーで障害が起きています（HTTP {status}）。しばらくしてからやり直してください。"
        )
        return SourceError("SERVER_ERROR", message.format(status=status), is_retryable=True, status=status)
    if status in (401, 403):
        message = gettext("Yahoo Finance にアクセスを拒否されました（HTTP {status}）。")
        return SourceError("FORBIDDEN", message.format(status=status), status=status)
    message = gettext("想定外の応答です（HTTP {status}）。ベース URL を確認してください。")
    return SourceError("UNEXPECTED_RESPONSE", message.format(status=status), status=status)


def _paused(reason: str) -> SourceNotAsked:
    message = gettext("Yahoo Finance への問い合わせを一時的に控えています（理由: {reason}）。")
    return SourceNotAsked("SOURCE_PAUSED", message.format(reason=reason))
