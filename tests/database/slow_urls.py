"""Endpoints that take long in the database, beside the product's own, to see what becomes of them."""

from django.db import connection, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class SlowView(APIView):
    """Asks the database to take its time."""

    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(30)")
        return Response({})


class WaitingView(APIView):
    """Wants a table for itself."""

    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE companies IN ACCESS EXCLUSIVE MODE")
        return Response({})


def tell_session(request: HttpRequest) -> JsonResponse:
    """As whom and with which bounds a web process works."""
    names = ("application_name", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", [list(names)])
        return JsonResponse(dict(cursor.fetchall()))


urlpatterns = [
    path("api/slow", SlowView.as_view()),
    path("api/waiting", WaitingView.as_view()),
    path("api/session", tell_session),
    path("", include("config.urls")),
]
