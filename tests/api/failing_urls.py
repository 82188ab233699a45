"""Routes of endpoints that fail, to see what a caller is told."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from rest_framework.exceptions import Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

FAILURES: dict[str, Exception] = {
    "bug": RuntimeError("password=hunter2"),
    "database": OperationalError("connection to server at 10.0.0.5 failed"),
    "denied": PermissionDenied(),
    "missing": Http404(),
    "throttled": Throttled(wait=7),
}


class FailingView(APIView):
    """Raises what its path names."""

    permission_classes = (AllowAny,)

    def get(self, request: Request, failure: str) -> Response:
        raise FAILURES[failure]

    def post(self, request: Request, failure: str) -> Response:
        return Response({"received": request.data})


def plain_view(request: HttpRequest, failure: str) -> HttpResponse:
    raise FAILURES[failure]


urlpatterns: list[Any] = [
    path("api/plain/<failure>", plain_view),
    path("page/<failure>", plain_view),
    path("api/<failure>", FailingView.as_view()),
]
