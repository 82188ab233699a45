"""A file that its publisher keeps at a fixed address and replaces now and then: fetched only if it is another one than last time.

What may be sent where, time-outs and sizes are `datasources.http`'s. Here stands what the answers of such an address mean, and what to
do about each: whoever needs the file can always bring it by hand.
"""

import time
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import structlog
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from prometheus_client import Counter, Histogram

from companies.ledger.listed_text import show_text
from datasources.errors import ListFileError, SourceError, SourceNotAsked
from datasources.http import HttpAnswer, HttpService
from datasources.models import DataSource
from datasources.rate_limit import wait_for_turn
from datasources.waiting import CheckCancelled, HttpPatience
from datasources.waits import telling_of

logger = structlog.get_logger(__name__)

_LONGEST_WAIT_SECONDS = 3600
_NOT_MODIFIED, _TOO_MANY = 304, 429
# Of an answer, and under which name it is asked next time.
_VALIDATORS = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
_LONGEST_VALIDATOR, _LONGEST_ADDRESS = 200, 200
#: Where the file stands that the validators are of.
_ADDRESS = "address"
_NOT_FOUND = "LIST_NOT_FOUND"
_UNEXPECTED = _("想定外の応答です（HTTP {status}）。ベース URL を確認してください。")
#: What a status means that brings no file: the code, and the words with places for what is only known then. 200 is so with a page.
_MEANINGS: tuple[tuple[Container[int], str, str | Promise], ...] = (
    (
        (200,),
        "WEB_PAGE",
        _(
            "{publisher} から{what}ではなく Web ページ（HTML）が返されました。混み合っているか、保守中か、アドレスが変わっています。"
            "しばらくしてからやり直してください。"
        ),
    ),
    (
        (301, 302, 303, 307, 308),
        "MOVED",
        _(
            "{publisher} の{what}のアドレスが変わっています（HTTP {status}、移動先: {place}）。"
            "移動先が公式のものであることを確かめて、データソースの「ベース URL」に入力してください。"
        ),
    ),
    (
        (404, 410),
        _NOT_FOUND,
        _(
            "{publisher} のこのアドレスに{what}がありません（HTTP {status}）。アドレスが変わったのかもしれません。"
            "新しいアドレスを、データソースの「ベース URL」に入力してください。"
        ),
    ),
    ((401, 403), "FORBIDDEN", _("{publisher} にアクセスを拒否されました（HTTP {status}）。")),
    (
        (_TOO_MANY,),
        "RATE_LIMITED",
        _("{publisher} に、回数が多すぎるとして断られました。毎分の上限を下げてください。"),
    ),
    (
        range(500, 600),
        "SERVER_ERROR",
        _("{publisher} のサーバーで障害が起きています（HTTP {status}）。しばらくしてからやり直してください。"),
    ),
)


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """Who publishes it, what it is, and how it is brought by hand, for messages; how its downloads are counted and logged."""

    publisher: str
    what: str | Promise
    by_hand: str | Promise
    max_bytes: int
    calls: Counter
    seconds: Histogram
    event: str


@dataclass(frozen=True, slots=True)
class Download:
    """The bytes, and by what it can be asked next time whether there are others (headers of the answer, and its address)."""

    content: bytes
    validators: dict[str, str]


class DownloadService:
    """One source's file. Not to be shared by threads. Raises `SourceError` for an unusable base URL."""

    def __init__(
        self, source: DataSource, file: PublishedFile, base_url: str, *, patience: HttpPatience, check_cancelled: CheckCancelled
    ) -> None:  # fmt: skip
        self._source, self._file, self._check_cancelled = source, file, check_cancelled
        self._base_url = base_url.rstrip("/")
        self._service = HttpService(
            file.publisher, base_url, patience=patience, max_bytes=file.max_bytes, check_cancelled=check_cancelled,
            tell_wait=telling_of(source),
        )  # fmt: skip

    def close(self) -> None:
        """Give the connections back."""
        self._service.close()

    def fetch(self, paths: Sequence[str], validators: Mapping[str, str]) -> Download | None:
        """The file at the first of `paths` (below the base URL) that has one; `None` where it is still the one that `validators`
        came with. Those of another address say nothing of this one. Raises `SourceError`, with what to do instead.
        """
        *others, last = paths
        try:
            for path in others:
                try:
                    return self._fetch_at(path, validators)
                except SourceError as error:
                    if error.code != _NOT_FOUND:
                        raise
            return self._fetch_at(last, validators)
        except SourceNotAsked:
            raise
        except SourceError as error:
            raise self.with_way_out(error) from error

    def with_way_out(self, error: SourceError) -> SourceError:
        """The same error, with how the file is brought by hand."""
        return SourceError(
            error.code, f"{error.message} {self._file.by_hand}", is_retryable=error.is_retryable, status=error.status
        )

    def unreadable(self, error: ListFileError) -> SourceError:
        """What was downloaded is whole, as far as HTTP can tell, and no list."""
        message = gettext("{publisher} が公開している{what}を読めません: {reason}").format(
            publisher=self._file.publisher, what=self._file.what, reason=error
        )
        return self.with_way_out(SourceError("UNREADABLE_LIST", message, status=200))

    def _fetch_at(self, path: str, validators: Mapping[str, str]) -> Download | None:
        is_of_here = validators.get(_ADDRESS) == self._base_url + path
        known = {asked: validators[told] for told, asked in _VALIDATORS.items() if validators.get(told)}
        return self._service.ask_patiently(partial(self._ask_once, path, known if is_of_here else {}))

    def _ask_once(self, path: str, conditions: Mapping[str, str]) -> Download | None:
        wait_for_turn(self._source, self._check_cancelled, longest_wait_seconds=_LONGEST_WAIT_SECONDS)
        started = time.perf_counter()
        outcome = "unreachable"
        try:
            answer = self._service.send("GET", path, headers=conditions)
            outcome = str(answer.status)
        except SourceError as error:
            outcome = error.code.lower()
            raise
        finally:
            seconds = time.perf_counter() - started
            self._file.calls.labels(outcome).inc()
            self._file.seconds.observe(seconds)
            logger.info(self._file.event, status=outcome, seconds=round(seconds, 3), is_conditional=bool(conditions))
        if answer.status == _NOT_MODIFIED and conditions:
            return None
        _judge(answer, self._file)
        told = {name: answer.headers.get(name, "") for name in _VALIDATORS}
        usable = {name: text for name, text in told.items() if text and len(text) <= _LONGEST_VALIDATOR}
        return Download(answer.content, {**usable, _ADDRESS: self._base_url + path} if usable else {})


def is_web_page(content: bytes) -> bool:
    """Whether it is HTML, which comes with status 200 instead of a file at times."""
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<!--")) or b"<html" in start


def _judge(answer: HttpAnswer, file: PublishedFile) -> None:
    """Raise `SourceError` for what is no file."""
    status = answer.status
    if status == 200 and not is_web_page(answer.content):
        return
    found = ((code, words) for statuses, code, words in _MEANINGS if status in statuses)
    code, words = next(found, ("UNEXPECTED_RESPONSE", _UNEXPECTED))
    place = show_text(answer.headers.get("Location", ""), _LONGEST_ADDRESS)
    told = str(words).format(publisher=file.publisher, what=file.what, status=status, place=place or gettext("不明"))
    raise SourceError(code, told, is_retryable=status == _TOO_MANY or status >= 500, status=status)
