"""`Idempotency-Key`: a request that changes something may be sent again, and is done once (`api.idempotent_answers`)."""

import json
import re
from collections.abc import Callable
from typing import Any

from django.db import Error, transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language, gettext
from django.views.decorators.debug import sensitive_variables
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.errors import ApiError
from api.idempotent_answers import (
    MOST_KEYS,
    AnswerUnreadable,
    FirstAnswer,
    KeyInUse,
    KeyOfAnotherRequest,
    RepeatableRequest,
    TooManyKeys,
    begin,
    fingerprint_of,
    keep,
)
from api.models import ApiKey

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
METHODS = frozenset({"POST", "PATCH", "DELETE"})
LONGEST_KEY = 255
#: A string of structured fields (RFC 9651, 3.3.3), as the draft has it, or the bare text that most programs send.
_QUOTED = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"')
_BARE = re.compile(r"[!#-+\--:<-\[\]-~]+")
PATTERN = rf'^(?:[!#-+\--:<-\[\]-~]{{1,{LONGEST_KEY}}}|"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){{1,{LONGEST_KEY}}}")$'
#: What came of no operation: the request itself was at fault, and may be sent again as it should have been.
_OF_THE_REQUEST = frozenset({400, 401, 403, 405, 406, 408, 411, 413, 415, 429})
_RETRY_SECONDS, _RETRY_WHEN_FULL_SECONDS = 1, 3600

Handler = Callable[..., HttpResponseBase]


def read_key(request: Request) -> str | None:
    """The key that a request brings, where it changes something. Raises `ValidationError` by the header's name."""
    sent = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if sent is None or request.method not in METHODS:
        return None
    text = sent.strip(" \t")
    if quoted := _QUOTED.fullmatch(text):
        key = re.sub(r'\\(["\\])', r"\1", quoted[1])
    else:
        key = text if _BARE.fullmatch(text) else ""
    if not 1 <= len(key) <= LONGEST_KEY:
        message = gettext(
            "1〜{longest} 文字の ASCII の文字列にしてください（UUID など。空白・コンマ・セミコロンを含むときは二重引用符で囲む）。1 つのリクエストに 1 つです。"
        )
        raise serializers.ValidationError({HEADER: [message.format(longest=LONGEST_KEY)]})
    return key


def done_once(view: Any, handler: Handler, key: str) -> Handler:
    """The handler of a request with a key: it is called for the first, in the transaction that keeps its answer."""

    def answer(request: Request, **path: Any) -> HttpResponseBase:
        asked = RepeatableRequest(caller_of(request), key, _fingerprint(request))
        try:
            with transaction.atomic():
                first = begin(asked)
                return _do(view, handler, asked, request, path) if first is None else _replay(first)
        except (KeyInUse, KeyOfAnotherRequest, TooManyKeys, AnswerUnreadable) as problem:
            raise _refusal(problem) from problem

    return answer


def caller_of(request: Request) -> str:
    """An API key or a person who is signed in, by their number."""
    return f"key {request.auth.pk}" if isinstance(request.auth, ApiKey) else f"user {request.user.pk}"


def _fingerprint(request: Request) -> str:
    """The body counts as what it says: white space and the order of names make no other request of it."""
    body = json.dumps(request.data, sort_keys=True, ensure_ascii=True)
    return fingerprint_of(request.method or "", request.get_full_path(), body)


@sensitive_variables("response", "body")
def _do(view: Any, handler: Handler, asked: RepeatableRequest, request: Request, path: Any) -> HttpResponseBase:
    try:
        response = handler(request, **path)
    except Exception as error:  # noqa: BLE001 as REST framework does, around this: what it is, its handler decides
        refused: HttpResponseBase = view.handle_exception(error)
        if isinstance(error, Error):
            transaction.set_rollback(True)
            return refused
        response = refused
    if response.status_code >= 500:
        # Nothing is left half done: the repeat does it whole.
        transaction.set_rollback(True)
    elif response.status_code not in _OF_THE_REQUEST:
        keep(asked, _told(response))
    return response


def _told(response: Any) -> FirstAnswer:
    headers = dict(response.headers.items())
    headers.pop("Content-Type", None)
    if response.status_code >= 400:
        headers["Content-Language"] = get_language() or ""
    if not isinstance(response, Response):
        return FirstAnswer(response.status_code, headers, response.content)
    body = b"" if response.data is None else JSONRenderer().render(response.data)
    return FirstAnswer(response.status_code, headers, body)


def _replay(first: FirstAnswer) -> HttpResponse:
    response = HttpResponse(
        first.body, status=first.status, content_type="application/json", headers=dict(first.headers)
    )
    if not first.body:
        del response.headers["Content-Type"]
    response.headers[REPLAYED] = "true"
    return response


def _refusal(problem: Exception) -> ApiError:
    if isinstance(problem, KeyInUse):
        message = gettext(
            "同じ Idempotency-Key の最初のリクエストを処理しています。少し待ってから、もう一度送ってください。"
        )
        details: dict[str, Any] = {"retry_after_seconds": _RETRY_SECONDS}
        return ApiError(409, "IDEMPOTENCY_KEY_IN_USE", message, details=details)
    if isinstance(problem, KeyOfAnotherRequest):
        message = gettext("この Idempotency-Key は、別の内容のリクエストで使われています。新しいキーで送ってください。")
        details = {HEADER: [message]}
        return ApiError(422, "IDEMPOTENCY_KEY_REUSED", message, details=details)
    if isinstance(problem, TooManyKeys):
        message = gettext("{header} は、24 時間に {most} 個までです。")
        details = {"reason": "IDEMPOTENCY_KEYS", "limit": MOST_KEYS, "retry_after_seconds": _RETRY_WHEN_FULL_SECONDS}
        return ApiError(429, "RATE_LIMIT_EXCEEDED", message.format(header=HEADER, most=MOST_KEYS), details=details)
    message = gettext(
        "このリクエストはすでに行われましたが、SECRET_KEY が変わったため、そのときの応答を読めません。結果を GET で確かめてください。"
    )
    return ApiError(409, "IDEMPOTENT_ANSWER_LOST", message)
