"""A bulk file by its signed URL, from a host that is not the API's: no key goes there, and the URL is a secret that nothing tells.

Source: J-Quants API V2, "Get File Download URL" (jpx-jquants.com/en/spec/bulk-get), checked 2026-11-27: valid for five minutes.
"""

import time
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from datasources.errors import SourceError
from datasources.http import HttpAnswer, HttpService
from datasources.list_notes import FileNotUsable
from datasources.waiting import CheckCancelled

logger = structlog.get_logger(__name__)

#: A month has about 2 MB, packed.
MAX_PACKED_BYTES = 32 * 1024 * 1024
# What the shared code says of a base URL would mislead: this address is not an operator's.
_REASONS = {
    "BASE_URL_REFUSED": "URL_REFUSED",
    "RESPONSE_TOO_LARGE": "TOO_LARGE",
    "TIMEOUT": "TIMEOUT",
    "TLS_ERROR": "TLS_ERROR",
}


@sensitive_variables()
def download_bulk_file(url: str, name: str, *, check_cancelled: CheckCancelled) -> bytes:
    """What is there, not further than that address. `name` is what the log calls it. Raises `FileNotUsable`, one that may pass
    with another URL where this one has run out.
    """
    started, outcome = time.perf_counter(), "unreachable"
    try:
        answer = _get(url, check_cancelled)
        outcome = str(answer.status)
    except SourceError as error:
        outcome = error.code.lower()
        reason = _REASONS.get(error.code, "UNREACHABLE")
        raise FileNotUsable(reason, is_retryable=error.is_retryable, max_bytes=MAX_PACKED_BYTES) from None
    finally:
        seconds = round(time.perf_counter() - started, 3)
        logger.info("jquants_bulk_download", file=name, status=outcome, seconds=seconds)
    if answer.status != 200:
        may_pass = answer.status == 403 or answer.status >= 500
        raise FileNotUsable("HTTP_STATUS", is_retryable=may_pass, status=answer.status)
    return answer.content


@sensitive_variables()
def _get(url: str, check_cancelled: CheckCancelled) -> HttpAnswer:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise SourceError("BASE_URL_REFUSED", "") from None
    service = HttpService(
        "J-Quants", f"{parts.scheme}://{parts.netloc}",
        patience=settings.JQUANTS_REQUESTS, max_bytes=MAX_PACKED_BYTES, check_cancelled=check_cancelled,
    )  # fmt: skip
    try:
        # As it is stored: unpacked on the way it would be bounded less well.
        return service.send("GET", f"{parts.path or '/'}?{parts.query}", headers={"Accept-Encoding": "identity"})
    finally:
        service.close()
