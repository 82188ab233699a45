"""What the product wants of EDINET: its code list, if there is another one than last time.

Source: 「EDINET API 仕様書」 (Version 2), 4-1 「EDINET コードリスト」, which names the fixed address; checked 2026-11, without a request.
Of its headers nothing is documented: a list is asked for by those that the last answer had, and fetched whole where it had none.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import structlog
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext

from datasources.edinet.archive import MAX_FILE_BYTES, is_web_page
from datasources.edinet.code_list import read_code_list
from datasources.edinet.metrics import EDINET_CALLS, EDINET_SECONDS
from datasources.errors import ListFileError, SourceError
from datasources.http import HttpAnswer, HttpService
from datasources.issuer_providers import FetchedIssuers, IssuerListClient
from datasources.models import DataSource
from datasources.rate_limit import wait_for_turn
from datasources.waiting import CheckCancelled, never_cancelled
from datasources.waits import telling_of

logger = structlog.get_logger(__name__)

_NAME = "EDINET"
_BASE_URL = "https://disclosure2dl.edinet-fsa.go.jp/searchdocument/codelist"
_PATH = "/Edinetcode.zip"
_LONGEST_WAIT_SECONDS = 3600
_NOT_MODIFIED, _TOO_MANY = 304, 429
# Of an answer, and under which name it is asked next time.
_VALIDATORS = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
_LONGEST_VALIDATOR = 200


class EdinetClient(IssuerListClient):
    """One source's list. Not to be shared by threads."""

    def __init__(self, source: DataSource, check_cancelled: CheckCancelled) -> None:
        self._source = source
        self._check_cancelled = check_cancelled
        self._address = source.base_url or _BASE_URL
        self._service = HttpService(
            _NAME,
            self._address,
            patience=settings.EDINET_REQUESTS,
            max_bytes=MAX_FILE_BYTES,
            check_cancelled=check_cancelled,
            tell_wait=telling_of(source),
        )

    def close(self) -> None:
        """Give the connections back."""
        self._service.close()

    def fetch_issuers(self, validators: Mapping[str, str]) -> FetchedIssuers | None:
        """Those of another address say nothing of this one."""
        known = {asked: validators[told] for told, asked in _VALIDATORS.items() if validators.get(told)}
        return self._service.ask_patiently(
            lambda: self._ask_once(known if validators.get("address") == self._address else {})
        )

    def fetch_whole(self) -> FetchedIssuers:
        """Whatever was fetched before. Raises `SourceError`."""
        found = self.fetch_issuers({})
        if found is None:  # `_judge` lets no 304 through that was not asked for
            raise AssertionError
        return found

    def _ask_once(self, conditions: Mapping[str, str]) -> FetchedIssuers | None:
        wait_for_turn(self._source, self._check_cancelled, longest_wait_seconds=_LONGEST_WAIT_SECONDS)
        started = time.perf_counter()
        outcome = "unreachable"
        try:
            answer = self._service.send("GET", _PATH, headers=conditions)
            outcome = str(answer.status)
        except SourceError as error:
            outcome = error.code.lower()
            raise
        finally:
            seconds = time.perf_counter() - started
            EDINET_CALLS.labels(outcome).inc()
            EDINET_SECONDS.observe(seconds)
            logger.info("edinet_download", status=outcome, seconds=round(seconds, 3), is_conditional=bool(conditions))
        if answer.status == _NOT_MODIFIED and conditions:
            return None
        return self._read(answer)

    def _read(self, answer: HttpAnswer) -> FetchedIssuers:
        _judge(answer)
        try:
            issuers = read_code_list(answer.content, today=timezone.localdate())
        except ListFileError as error:
            raise SourceError("UNREADABLE_LIST", str(error), status=answer.status) from error
        told = {name: answer.headers.get(name, "") for name in _VALIDATORS}
        usable = {name: text for name, text in told.items() if text and len(text) <= _LONGEST_VALIDATOR}
        return FetchedIssuers(issuers, {**usable, "address": self._address} if usable else {})


@contextmanager
def open_edinet_client(source: DataSource, check_cancelled: CheckCancelled = never_cancelled) -> Iterator[EdinetClient]:
    """A client for the block; its connections are given back afterwards. `check_cancelled` may end it by raising.

    Raises `SourceError` for an unusable base URL.
    """
    client = EdinetClient(source, check_cancelled)
    try:
        yield client
    finally:
        client.close()


def _judge(answer: HttpAnswer) -> None:
    """Raise `SourceError` for what is no list."""
    status = answer.status
    if status == 200 and is_web_page(answer.content):
        code, is_retryable = "WEB_PAGE", False
        message = gettext(
            "EDINET からコードリストの zip ではなく Web ページ（HTML）が返されました。混み合っているか、保守中か、アドレスが変わっています。"
            "しばらくしてからやり直すか、ブラウザーでダウンロードして「EDINET コード一覧の取込」から取り込んでください。"
        )
    elif status == 200:
        return
    elif status == _TOO_MANY:
        code, is_retryable = "RATE_LIMITED", True
        message = gettext("EDINET に、回数が多すぎるとして断られました。毎分の上限を下げてください。")
    elif status >= 500:
        code, is_retryable = "SERVER_ERROR", True
        message = gettext(
            "EDINET のサーバーで障害が起きています（HTTP {status}）。しばらくしてからやり直してください。"
        )
    elif status in (401, 403):
        code, is_retryable = "FORBIDDEN", False
        message = gettext("EDINET にアクセスを拒否されました（HTTP {status}）。")
    elif status == 404:
        code, is_retryable = "LIST_NOT_FOUND", False
        message = gettext(
            "EDINET のこのアドレスにコードリストがありません（HTTP {status}）。ベース URL を確認してください。"
        )
    else:
        code, is_retryable = "UNEXPECTED_RESPONSE", False
        message = gettext("想定外の応答です（HTTP {status}）。ベース URL を確認してください。")
    raise SourceError(code, message.format(status=status), is_retryable=is_retryable, status=status)
