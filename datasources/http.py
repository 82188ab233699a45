"""HTTP to a provider's service: bounded in time and size, patient, and silent on what was sent.

What every transport shares. Each provider's own says what an answer means.
"""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any, NamedTuple, TypeVar

import requests
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_exponential_jitter
from urllib3.exceptions import ReadTimeoutError

from datasources.addresses import HostRefused, Resolve, resolve_name
from datasources.base_urls import approve_host, private_host_message, validate_base_url
from datasources.deadlines import cut_after
from datasources.errors import SourceError
from datasources.pinned_connections import READS_IN_ALL, open_session
from datasources.waiting import CheckCancelled, HttpPatience, wait
from datasources.waits import TellWait, tell_nobody

_CHUNK_BYTES = 64 * 1024
_LONGEST_BACKOFF_SECONDS = 30

Result = TypeVar("Result")


class HttpAnswer(NamedTuple):
    """Status, headers (by their names in any letters) and the whole body."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class HttpService:
    """One service, called `name` in messages. Not to be shared by threads. Raises `SourceError` for unusable base URLs."""

    def __init__(
        self,
        name: str,
        base_url: str,
        *,
        patience: HttpPatience,
        max_bytes: int,
        check_cancelled: CheckCancelled,
        tell_wait: TellWait = tell_nobody,
        resolve: Resolve = resolve_name,
    ) -> None:
        self._name = name
        self._base_url = base_url.rstrip("/")
        self._patience = patience
        self._max_bytes = max_bytes
        self._check_cancelled, self._tell_wait = check_cancelled, tell_wait
        self._session = open_session(lambda scheme, host: approve_host(scheme, host, resolve))
        try:
            validate_base_url(self._base_url, resolve)
        except ValidationError as error:
            raise _refused(error.messages[0]) from error

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def ask_patiently(self, ask: Callable[[], Result]) -> Result:
        """What `ask` answers, asked again after faults that may pass. Raises `SourceError`."""
        retrying = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, SourceError) and error.is_retryable),
            stop=stop_after_attempt(self._patience.attempts),
            wait=self._seconds_before_retry,
            sleep=nothing_to_do,
            before_sleep=self._wait,
            reraise=True,
        )
        answer: Result = retrying(ask)
        return answer

    def exchange(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> tuple[int, bytes]:
        """One request: the status and the whole body, not further than one address. Raises `SourceError`."""
        answer = self.send(method, path, query=query, headers=headers, body=body)
        return answer.status, answer.content

    def send(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> HttpAnswer:  # fmt: skip
        """The same with the headers of the answer."""
        timeouts = (self._patience.connect_timeout_seconds, self._patience.read_timeout_seconds)
        try:
            with self._session.request(
                method, self._base_url + path, params=dict(query or {}), headers=dict(headers or {}), json=body,
                timeout=timeouts, stream=True, allow_redirects=False,
            ) as response:  # fmt: skip
                return HttpAnswer(response.status_code, response.headers, self._read_bounded(response))
        except HostRefused as error:
            raise _refused(private_host_message(error.host)) from None
        # Messages of the library hold whole URLs, so their errors are not passed on as causes.
        except (requests.RequestException, TimeoutError, UnicodeError) as error:
            raise _explain(error, self._name) from None

    def _read_bounded(self, response: requests.Response) -> bytes:
        content = bytearray()
        with cut_after(self._patience.read_timeout_seconds * READS_IN_ALL, response.raw.shutdown):
            for chunk in response.iter_content(_CHUNK_BYTES):
                self._check_cancelled()
                content += chunk
                if len(content) > self._max_bytes:
                    raise SourceError(
                        "RESPONSE_TOO_LARGE",
                        gettext("{service} の応答が大きすぎます（上限 {max_bytes:,} バイト）。").format(
                            service=self._name, max_bytes=self._max_bytes
                        ),
                    )
        return bytes(content)

    def _wait(self, state: RetryCallState) -> None:
        """Before it is asked again; told to whoever watches."""
        error, seconds = state.outcome and state.outcome.exception(), state.upcoming_sleep
        with self._tell_wait(seconds, error) if isinstance(error, SourceError) else nullcontext():
            wait(seconds, self._check_cancelled)

    def _seconds_before_retry(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, SourceError) and error.status == requests.codes.too_many_requests:
            return float(self._patience.wait_after_limit_seconds)
        backoff = wait_exponential_jitter(
            multiplier=self._patience.backoff_seconds,
            max=_LONGEST_BACKOFF_SECONDS,
            jitter=self._patience.backoff_seconds,
        )
        return float(backoff(state))


def nothing_to_do(_seconds: float) -> None:
    """The wait was before: what waits has to know why."""


def kind_of_content(content: bytes) -> str:
    """What came in place of a JSON object, in a word for a message."""
    return "HTML" if content.lstrip()[:1] == b"<" else gettext("JSON でないデータ")


def _refused(reason: str) -> SourceError:
    return SourceError("BASE_URL_REFUSED", gettext("ベース URL を使えません: {messages}").format(messages=reason))


def _is_pause_in_body(error: Exception) -> bool:
    """The library calls a body that stops coming a connection that broke."""
    return isinstance(error, requests.ConnectionError) and any(isinstance(one, ReadTimeoutError) for one in error.args)


def _explain(error: Exception, service: str) -> SourceError:
    """What the library's error means; the more particular ones first."""
    if isinstance(error, requests.Timeout | TimeoutError) or _is_pause_in_body(error):
        code, is_retryable = "TIMEOUT", True
        message = gettext("{service} から時間内に応答がありません。しばらくしてからやり直してください。")
    elif isinstance(error, requests.exceptions.SSLError):
        code, is_retryable = "TLS_ERROR", False
        message = gettext("{service} との暗号化通信を始められません。サーバー証明書とベース URL を確認してください。")
    elif isinstance(error, requests.exceptions.ContentDecodingError):
        code, is_retryable = "UNEXPECTED_RESPONSE", True
        message = gettext("{service} の応答を展開できません（gzip）。")
    elif isinstance(error, requests.exceptions.ChunkedEncodingError | requests.ConnectionError):
        code, is_retryable = "UNREACHABLE", True
        message = gettext(
            "{service} に接続できないか、途中で切断されました。ネットワークとベース URL を確認してください。"
        )
    else:
        code, is_retryable = "UNREACHABLE", False
        message = gettext("{service} にリクエストを送れません。ベース URL を確認してください。")
    return SourceError(code, message.format(service=service), is_retryable=is_retryable)
