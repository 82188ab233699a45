"""Pages, feeds, and files that are text, compressed on their way out."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

from api.endpoints.negotiation import accepts_gzip

# A workbook, Parquet and a backup are compressed already.
_COMPRESSED_TYPES = ("text/", "application/json", "application/x-ndjson", "application/atom+xml")


class PageCompressionMiddleware(GZipMiddleware):
    """Django's, which makes the length of a page random, so that it tells nothing of the secrets in it (BREACH).

    What is under `/api/` is compressed ahead of Django (`api.front.compression`), static files when they are collected.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The response as the browser understands it; Django's own would compress also for who refuses that (`gzip;q=0`)."""
        if request.path_info.startswith("/api/") or not _is_text(response):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        return super().process_response(request, response) if accepts_gzip(request.META) else response


def _is_text(response: HttpResponseBase) -> bool:
    return response.headers.get("Content-Type", "").startswith(_COMPRESSED_TYPES)
