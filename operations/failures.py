"""The page of a request that failed, wherever it did: in a view, a middleware, the session or a template."""

import sys

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string

from database.connections import drop_broken_connections, is_cut_off, is_unavailable

logger = structlog.get_logger(__name__)


def failure_page(request: HttpRequest) -> HttpResponse:
    """503 where the database cannot do it now, else 500; without a request context, which might need the database."""
    error = sys.exc_info()[1]
    if isinstance(error, Exception) and is_cut_off(error):
        return _page("503.html", 503)
    if is_unavailable(error):
        drop_broken_connections()
        return _page("503.html", 503)
    return HttpResponseServerError(render_to_string("500.html"))


def _page(template: str, status: int) -> HttpResponse:
    return HttpResponse(
        render_to_string(template), status=status, headers={"Cache-Control": "no-store", "Retry-After": "10"}
    )
