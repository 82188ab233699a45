"""Which form an answer takes, for endpoints that are told by a parameter."""

from collections.abc import Iterable

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class AnyFormat(BaseContentNegotiation):
    """Takes no notice of `Accept`; errors are JSON as everywhere."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first, always."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type or "application/json"
