"""One line for each request under `/api/`: `api_request`.

A cached answer takes some 30 µs of a processor, and a line through all of structlog 25 more, in the readable format 200. So it is
written here as structlog would write it, which takes 5.
"""

import re
import sys
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring as quote
from time import time_ns

import structlog
from django.conf import settings

from api.metrics import LOG_LINES_LOST
from logs.scrubbing import scrub_text

logger = structlog.get_logger(__name__)

_is_json = settings.LOG_FORMAT == "json"
_is_on = settings.LOG_LEVEL in ("DEBUG", "INFO")
# The longest path of an endpoint is shorter, and every secret of ours longer.
_LONGEST_PLAIN_PATH = 32
#: What the readable format has without quotes.
_is_plain = re.compile(r"[A-Za-z0-9/._:-]+").fullmatch


def log_api_request(
    *,
    request_id: str,
    method: str,
    path: str,
    endpoint: str,
    status: int,
    seconds: float,
    key: str,
    answered_by: str,
    address: str,
) -> None:
    """`key` is the prefix of the API key, `answered_by` "front" (cache or memory) or "django". Queries are not logged."""
    if not _is_on:
        return
    if len(path) > _LONGEST_PLAIN_PATH:
        path = scrub_text(path)
    duration_ms = round(seconds * 1000, 2)
    if not _is_json and not (_is_plain(path) and _is_plain(method)):
        logger.info(
            "api_request", request_id=request_id, method=method, path=path, endpoint=endpoint, status=status,
            duration_ms=duration_ms, key=key, answered_by=answered_by, address=address,
        )  # fmt: skip
        return
    seconds_since_1970, microseconds = divmod(time_ns() // 1000, 1_000_000)
    if not _is_json:
        _write(
            f"{_second(seconds_since_1970)}.{microseconds:06}Z [info     ] api_request                    [{__name__}] address={address} "
            f"answered_by={answered_by} duration_ms={duration_ms} endpoint={endpoint} key={key} method={method} path={path} "
            f"request_id={request_id} status={status}\n"
        )
        return
    _write(
        f'{{"request_id": "{request_id}", "method": {quote(method)}, "path": {quote(path)}, "endpoint": "{endpoint}", '
        f'"status": {status}, "duration_ms": {duration_ms}, "key": {quote(key)}, "answered_by": "{answered_by}", "address": "{address}", '
        f'"event": "api_request", "logger": "{__name__}", "level": "info", "timestamp": "{_second(seconds_since_1970)}.{microseconds:06}Z"}}\n'
    )


def _write(line: str) -> None:
    """Where the log cannot be written, its disk full, requests are answered all the same."""
    try:
        sys.stderr.write(line)
    except OSError:
        LOG_LINES_LOST.inc()


@lru_cache(maxsize=2)
def _second(seconds_since_1970: int) -> str:
    return datetime.fromtimestamp(seconds_since_1970, UTC).strftime("%Y-%m-%dT%H:%M:%S")
