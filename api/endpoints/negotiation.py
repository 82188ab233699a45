"""Which form an answer takes: one place for the layer ahead of Django and for Django."""

import re
from collections.abc import Iterable
from functools import lru_cache
from wsgiref.types import WSGIEnvironment

from django.http.request import MediaType
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

_JSON_RANGES = frozenset({("*", ""), ("*", "*"), ("application", "*"), ("application", "json")})
_ACCEPTS_GZIP = re.compile(r"(?:^|[,\s])(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?(?:\s|,|$))|,|$)", re.IGNORECASE)
_ACCEPTS_ZSTD = re.compile(r"(?:^|[,\s])zstd\s*(?:;\s*q=(?!0(?:\.0*)?(?:\s|,|$))|,|$)", re.IGNORECASE)


@lru_cache(maxsize=256)
def accepts_json(accept: str) -> bool:
    """Whether an `Accept` header takes JSON (RFC 9110, 12.5.1): what is most specific decides, parameters do not."""
    ranges = [MediaType(text) for text in accept.split(",") if text.strip()]
    fitting = [one for one in ranges if (one.main_type.lower(), one.sub_type.lower()) in _JSON_RANGES]
    if not ranges:
        return True
    best = max(fitting, key=lambda one: (one.main_type != "*", one.sub_type not in ("", "*")), default=None)
    return best is not None and best.quality > 0


def accepts_gzip(environ: WSGIEnvironment) -> bool:
    """Whether the caller understands gzip."""
    encodings = environ.get("HTTP_ACCEPT_ENCODING", "")
    return bool(encodings) and _ACCEPTS_GZIP.search(encodings) is not None


def accepts_zstd(environ: WSGIEnvironment) -> bool:
    """Whether the caller says that it understands Zstandard (RFC 8878): who takes anything may not."""
    encodings = environ.get("HTTP_ACCEPT_ENCODING", "")
    return bool(encodings) and _ACCEPTS_ZSTD.search(encodings) is not None


class JsonNegotiation(DefaultContentNegotiation):
    """REST framework's negotiation, where JSON is all there is by the rule above."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The renderer. Raises `NotAcceptable`."""
        given = list(renderers)
        if len(given) > 1 or not isinstance(given[0], JSONRenderer):
            found: tuple[BaseRenderer, str] = super().select_renderer(request, given, format_suffix)
            return found
        if not accepts_json(request.META.get("HTTP_ACCEPT", "")):
            raise NotAcceptable
        return given[0], "application/json"


class AnyFormat(BaseContentNegotiation):
    """Takes no notice of `Accept`, for endpoints that are told by a parameter; errors are JSON as everywhere."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first, always."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type or "application/json"
