"""A bulk file by its signed URL, from a host that is not the API's: no key goes there, and the URL is a secret that nothing tells.

Source: J-Quants API V2, "Get File Download URL" (jpx-jquants.com/en/spec/bulk-get), checked 2026-11-27: valid for five minutes.
"""

import time
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from datasources.errors import SourceError
from datasources.http import HttpAnswer, HttpService
from datasources.waiting import CheckCancelled

logger = structlog.get_logger(__name__)

#: A month has about 2 MB, packed.
MAX_PACKED_BYTES = 32 * 1024 * 1024
# What the shared code says of a base URL would mislead: this address is not an operator's.
_WORDS: dict[str, str | Promise] = {
    "BASE_URL_REFUSED": _("渡された URL は、https の公開されたアドレスではありません。"),
    "TIMEOUT": _("時間内にダウンロードできません。"),
    "TLS_ERROR": _("配信元との暗号化通信を始められません。"),
    "RESPONSE_TOO_LARGE": _("ファイルが大きすぎます。"),
    "UNEXPECTED_RESPONSE": _("配信元の応答を展開できません。"),
}
_UNREACHABLE = _("配信元に接続できないか、途中で切断されました。")


@sensitive_variables()
def download_bulk_file(url: str, name: str, *, check_cancelled: CheckCancelled) -> bytes:
    """What is there, not further than that address. `name` is what the log calls it. Raises `SourceError`, one that may pass with
    another URL where this one has run out.
    """
    started, outcome = time.perf_counter(), "unreachable"
    try:
        answer = _get(url, check_cancelled)
        outcome = str(answer.status)
    except SourceError as error:
        outcome = error.code.lower()
        words = str(_WORDS.get(error.code, _UNREACHABLE))
        raise SourceError("BULK_DOWNLOAD_FAILED", words, is_retryable=error.is_retryable) from None
    finally:
        seconds = round(time.perf_counter() - started, 3)
        logger.info("jquants_bulk_download", file=name, status=outcome, seconds=seconds)
    if answer.status != 200:
        raise SourceError(
            "BULK_DOWNLOAD_FAILED",
            gettext("配信元が HTTP {status} を返しました（URL の期限切れかもしれません）。").format(
                status=answer.status
            ),
            is_retryable=answer.status == 403 or answer.status >= 500,
        )
    return answer.content


@sensitive_variables()
def _get(url: str, check_cancelled: CheckCancelled) -> HttpAnswer:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise SourceError("BASE_URL_REFUSED", str(_WORDS["BASE_URL_REFUSED"])) from None
    service = HttpService(
        "J-Quants", f"{parts.scheme}://{parts.netloc}",
        patience=settings.JQUANTS_REQUESTS, max_bytes=MAX_PACKED_BYTES, check_cancelled=check_cancelled,
    )  # fmt: skip
    try:
        # As it is stored: unpacked on the way it would be bounded less well.
        return service.send("GET", f"{parts.path or '/'}?{parts.query}", headers={"Accept-Encoding": "identity"})
    finally:
        service.close()
