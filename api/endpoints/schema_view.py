"""The OpenAPI schema as a document: generated once for each language and format by each process, then only handed out."""

import hashlib
from functools import lru_cache
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.utils import translation
from django.utils.cache import patch_cache_control
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

from api.endpoints.permissions import IsKnown
from wording.language import named_language

_FILE_NAME = "meigara-openapi"


class SchemaView(SpectacularAPIView):
    """YAML, or JSON for who asks for it. For every key, whatever its scopes, and for signed-in staff."""

    permission_classes = [IsKnown]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse | HttpResponseNotModified:
        """The document, or 304 for who has it."""
        renderer: Any = request.accepted_renderer
        language = named_language(request.query_params.get("lang") or str(translation.get_language()))
        body, etag = _render(language, renderer.__class__)
        known = request.headers.get("If-None-Match", "")
        if etag in known or known.strip() == "*":
            response: HttpResponse | HttpResponseNotModified = HttpResponseNotModified()
        else:
            response = HttpResponse(body, content_type=renderer.media_type)
            response.headers["Content-Disposition"] = f'inline; filename="{_FILE_NAME}.{renderer.format}"'
        response.headers["ETag"] = etag
        patch_cache_control(response, private=True, no_cache=True)
        return response


@lru_cache(maxsize=8)
def _render(language: str, renderer: type) -> tuple[bytes, str]:
    """The bytes and their ETag. What the schema says depends on the code alone, not on who asks."""
    with translation.override(language):
        generator = spectacular_settings.DEFAULT_GENERATOR_CLASS(api_version=spectacular_settings.VERSION)
        body: bytes = renderer().render(generator.get_schema(request=None, public=True), renderer_context={})
    return body, f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
