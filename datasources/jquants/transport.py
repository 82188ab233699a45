"""HTTP to J-Quants: the only module that sends anything. Bounded in time and size, patient, and silent on secrets.

Source: J-Quants, "Response Status" and "Rate Limits" (jpx-jquants.com/en/spec), checked 2026-11.
"""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

import requests
import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_exponential_jitter

from datasources.base_urls import validate_base_url
from datasources.choices import PUBLIC_BASE_URLS
from datasources.errors import SourceError
from datasources.jquants.answers import error_for_status, hide_secrets
from datasources.metrics import JQUANTS_CALLS, JQUANTS_SECONDS
from datasources.models import DataSource
from datasources.rate_limit import wait_for_turn
from datasources.waiting import CheckCancelled, wait

logger = structlog.get_logger(__name__)

# A whole list has 2 MB; anything much larger is not one.
_MAX_BYTES = 64 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024
_LONGEST_BACKOFF_SECONDS = 30
# A body that drips in, a byte before each time-out, would otherwise never end.
_WHOLE_ANSWER_READS = 4


class Transport:
    """Sends requests for one source and gives back JSON objects. Not to be shared by threads."""

    def __init__(self, source: DataSource, *, secrets: Sequence[str], check_cancelled: CheckCancelled) -> None:
        self._source = source
        self._base_url = (source.base_url or PUBLIC_BASE_URLS[source.api_version]).rstrip("/")
        self._secrets = list(secrets)
        self._check_cancelled = check_cancelled
        self._policy = settings.JQUANTS_REQUESTS
        self._session = requests.Session()
        # Neither proxies nor .netrc of the machine: credentials go to the base URL and nowhere else.
        self._session.trust_env = False
        try:
            validate_base_url(self._base_url)
        except ValidationError as error:
            raise SourceError(
                "BASE_URL_REFUSED", gettext("ベース URL を使えません: {messages}").format(messages=error.messages[0])
            ) from error

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

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
        retrying = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, SourceError) and error.is_retryable),
            stop=stop_after_attempt(self._policy.attempts),
            wait=self._seconds_before_retry,
            sleep=lambda seconds: wait(seconds, self._check_cancelled),
            reraise=True,
        )
        answer: dict[str, Any] = retrying(self._request_once, method, path, query or {}, headers or {}, body)
        return answer

    def _request_once(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: Any
    ) -> dict[str, Any]:
        wait_for_turn(self._source, self._check_cancelled)
        started = time.perf_counter()
        outcome = "unreachable"
        try:
            status, content = self._exchange(method, path, query, headers, body)
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

    def _exchange(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: Any
    ) -> tuple[int, bytes]:
        timeouts = (self._policy.connect_timeout_seconds, self._policy.read_timeout_seconds)
        try:
            with self._session.request(
                method, self._base_url + path, params=dict(query), headers=dict(headers), json=body,
                timeout=timeouts, stream=True, allow_redirects=False,
            ) as response:  # fmt: skip
                return response.status_code, self._read_bounded(response)
        # Messages of the library hold whole URLs, so their errors are not passed on as causes.
        except requests.Timeout:
            raise SourceError(
                "TIMEOUT",
                gettext("J-Quants から時間内に応答がありません。しばらくしてからやり直してください。"),
                is_retryable=True,
            ) from None
        except requests.exceptions.SSLError:
            raise SourceError(
                "TLS_ERROR",
                gettext("J-Quants との暗号化通信を始められません。サーバー証明書とベース URL を確認してください。"),
            ) from None
        except requests.exceptions.ContentDecodingError:
            raise SourceError(
                "UNEXPECTED_RESPONSE", gettext("J-Quants の応答を展開できません（gzip）。"), is_retryable=True
            ) from None
        except (requests.exceptions.ChunkedEncodingError, requests.ConnectionError):
            raise SourceError(
                "UNREACHABLE",
                gettext(
                    "J-Quants に接続できないか、途中で切断されました。ネットワークとベース URL を確認してください。"
                ),
                is_retryable=True,
            ) from None
        except (requests.RequestException, UnicodeError):
            raise SourceError(
                "UNREACHABLE", gettext("J-Quants にリクエストを送れません。ベース URL を確認してください。")
            ) from None

    def _read_bounded(self, response: requests.Response) -> bytes:
        deadline = time.monotonic() + self._policy.read_timeout_seconds * _WHOLE_ANSWER_READS
        content = bytearray()
        for chunk in response.iter_content(_CHUNK_BYTES):
            self._check_cancelled()
            content += chunk
            if len(content) > _MAX_BYTES:
                raise SourceError(
                    "RESPONSE_TOO_LARGE",
                    gettext("J-Quants の応答が大きすぎます（上限 {max_bytes:,} バイト）。").format(
                        max_bytes=_MAX_BYTES
                    ),
                )
            if time.monotonic() > deadline:
                raise requests.Timeout
        return bytes(content)

    def _read(self, status: int, content: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError):
            answer = None
        if status != 200:
            message = answer.get("message") if isinstance(answer, dict) else None
            raise error_for_status(status, hide_secrets(str(message or ""), self._secrets))
        if not isinstance(answer, dict):
            kind = "HTML" if content.lstrip()[:1] == b"<" else gettext("JSON でないデータ")
            raise SourceError(
                "UNEXPECTED_RESPONSE",
                gettext("J-Quants の応答が {kind} です（メンテナンス中か、ベース URL の誤りかもしれません）。").format(
                    kind=kind
                ),
                is_retryable=True,
                status=status,
            )
        return answer

    def _seconds_before_retry(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, SourceError) and error.status == requests.codes.too_many_requests:
            return float(self._policy.wait_after_limit_seconds)
        backoff = wait_exponential_jitter(
            multiplier=self._policy.backoff_seconds, max=_LONGEST_BACKOFF_SECONDS, jitter=self._policy.backoff_seconds
        )
        return float(backoff(state))
