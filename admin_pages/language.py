"""The language of pages: Japanese, until somebody chooses another."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

from wording.language import language_of


class ChosenLanguageMiddleware:
    """In place of Django's own middleware, which would go by the browser's `Accept-Language`. The API has `api.middleware`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith("/api/"):
            return self._get_response(request)
        language = language_of(request.META)
        with translation.override(language):
            response = self._get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
