"""The list as a file."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext
from rest_framework.request import Request

from api.concurrency_limit import RETRY_SECONDS, HeldWhileSent, Place, TooManyAtOnce, take_place
from api.endpoints.data_views import begun
from api.endpoints.errors import ApiError
from api.endpoints.states import REVISION_HEADER
from api.models import ApiKey
from companies.export import CONTENT_TYPES, ExportFormat, write_rows


def export_answer(
    request: Request, found: Iterator[dict[str, Any]], file_format: ExportFormat, fields: Sequence[str], *, name: str,
    revision: int,
) -> StreamingHttpResponse:  # fmt: skip
    """A file of rows that are of one revision. Raises the API's 429 where all places are taken."""
    place = _place_for(request)
    return StreamingHttpResponse(
        HeldWhileSent(place, write_rows(file_format, begun(found), fields)),
        content_type=CONTENT_TYPES[file_format],
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{file_format}"',
            "Cache-Control": "no-store",
            REVISION_HEADER: str(revision),
        },
    )


def _place_for(request: Request) -> Place:
    """A place for an export of the caller. Raises the API's 429 where all are taken."""
    is_key = isinstance(request.auth, ApiKey)
    try:
        return take_place(f"key {request.auth.pk}" if is_key else f"user {request.user.pk}")
    except TooManyAtOnce as full:
        reason = "exports_of_this_caller" if full.is_own else "exports_in_all"
        message = gettext(
            "ファイルの出力は同時に {limit} 件までです。ほかの出力が終わってから、もう一度お試しください。"
        )
        raise ApiError(
            429,
            "RATE_LIMIT_EXCEEDED",
            message.format(limit=full.limit),
            details={"reason": reason, "limit": full.limit, "retry_after_seconds": RETRY_SECONDS},
        ) from full
