"""The product as it is served, and beside it in the same server a bare Django view that returns the same bytes.

The bare view has no middleware, no database and no cache: nothing in Django can be faster.
"""

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from config.wsgi import answer_at_once
from config.wsgi import application as product

# isort: split
from serving.rsgi_application import RsgiApplication  # Django is set up by the import above


@cache
def _body(name: str) -> bytes:
    return (Path(os.environ["BENCH_BODIES"]) / name).read_bytes()


def bare(request: HttpRequest, name: str) -> HttpResponse:
    body = _body(name)
    return HttpResponse(body, content_type="application/json", headers={"Content-Length": str(len(body))})


urlpatterns = [path("bare/<slug:name>", bare), path("", include("config.urls"))]

_middleware, settings.MIDDLEWARE, settings.ROOT_URLCONF = settings.MIDDLEWARE, [], __name__
_bare_django = WSGIHandler()
settings.MIDDLEWARE = _middleware


def _both(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    handler: WSGIApplication = _bare_django if environ["PATH_INFO"].startswith("/bare/") else product
    return handler(environ, start_response)


application = RsgiApplication(_both, answer_at_once=answer_at_once)
