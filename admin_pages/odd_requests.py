"""Links with values that the database cannot take: a bad request, not a fault of the server."""

from collections.abc import Callable

from django.contrib.admin.options import IncorrectLookupParameters
from django.db import DataError, ProgrammingError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

#: What a value causes on its way into a query; the last of them a year of thirty digits.
_OF_THE_VALUES = (DataError, IncorrectLookupParameters, OverflowError)


class OddRequestMiddleware:
    """Answers 400 where a page that only reads failed on the request's own values.

    A filter that a list does not have, asked of its file; a number of forty digits, a NUL, a pattern that is none: the
    filters of the admin and of its libraries pass such values on, each in its own way, and PostgreSQL refuses them all
    as data. What is written is checked by forms before; there a refusal is a fault.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if request.method not in ("GET", "HEAD") or not _is_of_the_values(exception):
            return None
        return render(request, "400.html", status=400)


def _is_of_the_values(exception: Exception) -> bool:
    if isinstance(exception, ProgrammingError):
        # Without a state the query was never sent: `id__range=999`, which is no pair, has more values than places.
        return getattr(exception.__cause__, "sqlstate", "") is None
    return isinstance(exception, _OF_THE_VALUES)
