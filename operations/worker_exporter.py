"""The worker's own `/metrics`, on `METRICS_PORT`: in a container of its own nobody else can read what it counted."""

import threading
from collections.abc import Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

import structlog
from celery.signals import worker_ready
from django.conf import settings
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from operations.exposition import counted_registry, may_scrape
from sign_in.client_address import client_address

logger = structlog.get_logger(__name__)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the name is the base class's
        """A scrape every few seconds is not worth a line."""


def serve_with_worker() -> None:
    """Start it with the worker, where a port is set."""
    worker_ready.connect(_serve)


def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """A WSGI application: the counted numbers, for who may read them."""
    if environ["PATH_INFO"] != "/metrics":
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"not found\n"]
    if not may_scrape(environ.get("HTTP_AUTHORIZATION", ""), client_address(environ)):
        start_response("403 Forbidden", [("Content-Type", "text/plain")])
        return [b"forbidden\n"]
    start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
    return [generate_latest(counted_registry())]


def _serve(**_options: Any) -> None:
    port = settings.METRICS_PORT
    if port is None:
        return
    try:
        server = make_server("", port, answer, server_class=_Server, handler_class=_Silent)
    except OSError as error:
        # The work goes on; the missing target is seen by the scraper.
        logger.error("metrics_not_served", port=port, error=error.strerror)
        return
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    logger.info("metrics_served", port=port)
