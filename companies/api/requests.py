"""What the views of companies have in common, from the request and to the answer."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from companies.api.errors import snapshot_errors
from companies.api.universe import Universe, companies_of
from companies.models import ListingSnapshot
from config.api.admission import ADMISSION
from config.api.cached_routes import Built
from config.api.errors import ApiError
from config.api.models import ApiKey
from config.api.pagination import page_links
from config.at_once import RETRY_SECONDS, Place, TooManyAtOnce, take_place


def universe_of(request: Request) -> Universe:
    """The companies of the generation that the request was admitted with; the database's own where Redis knows of none."""
    admission = request.META.get(ADMISSION)
    return companies_of((admission.generation or None) if admission else None)


def query_pairs(request: Request) -> list[tuple[str, str]]:
    """The query's names and values."""
    return [(name, str(value)) for name, value in request.query_params.items()]


def built_answer(built: Built, *, is_kept: bool = True) -> HttpResponse:
    """An answer that is JSON already. One that changes without its generation is kept for nobody."""
    headers = {"Link": built.link} if built.link else {}
    if not is_kept:
        headers["Cache-Control"] = "no-store"
    return HttpResponse(built.body, content_type="application/json", headers=headers)


def page_answer(
    request: Request, values: dict[str, Any], name: str, found: list[Any], total: int, **more: Any
) -> Response:
    """A page of `found` with its total, and the links to the others."""
    limit, offset = values["limit"], values["offset"]
    link = page_links(request.path, query_pairs(request), limit=limit, offset=offset, total=total)
    headers = {"Link": link} if link else {}
    return Response({**more, name: found, "total": total, "limit": limit, "offset": offset}, headers=headers)


def entry_in_force(day: date) -> ListingSnapshot:
    """The list in force on a day. Raises the API's 404 before the first."""
    with snapshot_errors():
        entry: ListingSnapshot = ListingSnapshot.objects.get_in_force_on(day)
    return entry


def place_for_export(request: Request) -> Place:
    """A place for an export of the caller. Raises the API's 429 where all are taken."""
    is_key = isinstance(request.auth, ApiKey)
    try:
        return take_place(f"key {request.auth.pk}" if is_key else f"user {request.user.pk}")
    except TooManyAtOnce as full:
        reason = "exports_of_this_caller" if full.is_own else "exports_in_all"
        raise ApiError(
            429,
            "RATE_LIMIT_EXCEEDED",
            ja=f"ファイルの出力は同時に {full.limit} 件までです。ほかの出力が終わってから、もう一度お試しください。",
            en=f"At most {full.limit} exports run at once. Try again when another has ended.",
            details={"reason": reason, "limit": full.limit, "retry_after_seconds": RETRY_SECONDS},
        ) from full
