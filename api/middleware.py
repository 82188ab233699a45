"""What every answer under `/api/` has in common, also where no endpoint was reached."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

from api.endpoints.errors import error_response
from api.front.admission import ENDPOINT
from wording.language import language_of


class ApiMiddleware:
    """Sets the language of messages, and gives Django's own error pages (unknown paths, bad hosts, crashes before a
    view) the shape of the API's errors.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/api/"):
            return self._get_response(request)
        language = language_of(request.META)
        with translation.override(language):
            response = self._get_response(request)
            is_page = not response.headers.get("Content-Type", "").startswith(
                ("application/json", "application/vnd.oai")
            )
            if response.status_code >= 400 and is_page:
                response = error_response(response.status_code)
                response.headers["Content-Length"] = str(len(response.content))
            request.META[ENDPOINT] = request.resolver_match.view_name if request.resolver_match else "-"
            # Data is in no language; what is wrong is told in one.
            if response.status_code >= 400:
                # An answer that is told once more is in the language of the first time.
                response.headers.setdefault("Content-Language", language)
        return response
