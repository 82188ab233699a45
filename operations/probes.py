"""Answers probes and the scraper before anything else looks at the request.

They come from inside the network, by address and without TLS: neither `ALLOWED_HOSTS` nor the redirect to HTTPS is
meant for them, and they neither need a session nor count as requests.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from operations.exposition import metrics
from operations.health import healthz, readyz

_ANSWERED_HERE: dict[str, Callable[[HttpRequest], HttpResponseBase]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": metrics,
}


class ProbesMiddleware:
    """The outermost middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return _ANSWERED_HERE.get(request.path_info, self._get_response)(request)
