"""One line for each request that is not the API's (`api.front.request_log` has those), and one for each crash."""

import sys
from typing import Any

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django_structlog.middlewares.request import RequestMiddleware

from api.front.headers import request_id_of
from database.connections import is_unavailable
from sign_in.client_address import client_address

logger = structlog.get_logger(__name__)


class PageRequestMiddleware(RequestMiddleware):
    """Binds id, user and address of a request to every line logged on its way, and hands the id back to the caller."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:  # type: ignore[override] # never asynchronous here
        """Answer one request. What is under `/api/` got its id, and gets its line, ahead of Django."""
        if request.path_info.startswith("/api/"):
            return self.get_response(request)  # type: ignore[return-value]
        # Of the caller's own only what is one: it goes into every line.
        request.META["HTTP_X_REQUEST_ID"] = request_id_of(request.META)
        with structlog.contextvars.bound_contextvars(address=client_address(request.META)):
            response: HttpResponseBase = super().__call__(request)  # type: ignore[assignment]
        response.headers["X-Request-ID"] = request.META["HTTP_X_REQUEST_ID"]
        return response

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Without the query: what people search for is theirs."""
        return f"{request.method} {request.path}"

    def process_got_request_exception(self, sender: type[Any], request: HttpRequest, **options: Any) -> None:
        """Logged by `log_unhandled_exception`, with the API's."""


def log_unhandled_exception(sender: Any, request: HttpRequest | None = None, **_options: Any) -> None:
    """Where nobody caught an exception; REST framework's handler logs those of its views under the same name."""
    path = request.path if request is not None else None
    if is_unavailable(sys.exc_info()[1]):
        logger.warning("database_unavailable", path=path, exc_info=sys.exc_info())
        return
    logger.error("unhandled_exception", path=path, exc_info=sys.exc_info())
