"""The product as Granian serves it (RSGI): one loop that listens to everybody, and threads for whole requests.

The loop receives bodies under a deadline (`serving.bodies`) and answers `/healthz` itself, so that this works
while every thread is busy. A thread runs WSGI for one whole request at a time; the loop looks after what is being sent.
"""

import asyncio
import time
from typing import Any
from wsgiref.types import WSGIApplication

import structlog
from django.conf import settings

from database.connections import is_unavailable
from operations.health import Alive
from serving.answers import WholeAnswer
from serving.bodies import BodyReader, BodyRefused
from serving.connections import allow_many_connections, cut_connection
from serving.environ import environ_of
from serving.refusals import refusal
from serving.threads import Threads

logger = structlog.get_logger(__name__)

#: Requests that wait for a thread; the next is told to come again.
_LONGEST_LINE = 128
#: Who waited so long for a thread is told so; most callers have given up by then.
_LONGEST_WAIT_SECONDS = 10.0
#: Probes and the scraper have threads of their own: they are asked most when nothing else gets an answer.
_PROBES = frozenset({"/readyz", "/metrics"})
_PROBE_THREADS = 2
#: An answer as large as this has its connection to itself, is counted until it is sent, and has to be read at a pace.
_LARGE_BYTES = 256 * 1024
_MAX_UNSENT_BYTES = 128 * 1024 * 1024
_SEND_SECONDS, _BYTES_A_SECOND = 60.0, 16 * 1024


class RsgiApplication:
    """An RSGI application around a WSGI one."""

    def __init__(self, wsgi: WSGIApplication) -> None:
        self._wsgi = wsgi
        pool = settings.DATABASES["default"]["OPTIONS"]["pool"]
        # As many as there are connections to the database.
        self._threads = Threads(pool["max_size"], longest_line=_LONGEST_LINE, name="request")
        self._probe_threads = Threads(_PROBE_THREADS, longest_line=_LONGEST_LINE, name="probe")
        self._bodies = BodyReader()
        self._unsent_bytes = 0

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Called by Granian in each process that serves, once."""
        self._loop = loop
        allow_many_connections()
        self._threads.start()
        self._probe_threads.start()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        if scope.proto != "http":
            return
        path, headers = scope.path, scope.headers
        if path == "/healthz" and scope.method in ("GET", "HEAD"):
            protocol.response_bytes(200, Alive.headers, Alive.body)
            return
        body = b""
        declared = headers.get("content-length")
        if "transfer-encoding" in headers or (declared is not None and declared != "0"):
            try:
                is_chunked = "transfer-encoding" in headers
                body = await self._bodies.read(None if is_chunked else declared, protocol)
            except BodyRefused as refused:
                logger.warning("body_refused", path=path, reason=refused.reason)
                protocol.response_bytes(*refusal(refused.status, refused.reason, headers, path))
                return
        future: asyncio.Future[WholeAnswer | None] = self._loop.create_future()
        waiting_since = time.monotonic()
        threads = self._probe_threads if path in _PROBES else self._threads
        if not threads.submit(lambda: self._answer(scope, protocol, body, future, waiting_since)):
            logger.warning("request_refused", path=path, reason="line")
            protocol.response_bytes(*refusal(503, "busy", headers, path))
            return
        if large := await future:
            await self._see_sent(large, scope, protocol)

    def _answer(
        self, scope: Any, protocol: Any, body: bytes, future: asyncio.Future[WholeAnswer | None], waiting_since: float
    ) -> None:
        """In a thread: run WSGI and hand its answer over."""
        large = None
        try:
            if time.monotonic() - waiting_since > _LONGEST_WAIT_SECONDS:
                logger.warning("request_refused", path=scope.path, reason="wait")
                protocol.response_bytes(*refusal(503, "busy", scope.headers, scope.path))
            else:
                large = self._run(scope, protocol, body)
        except Exception as error:  # what nobody caught is logged, and becomes an answer
            logger.exception("answer_failed", path=scope.path)
            status, reason = (503, "database") if is_unavailable(error) else (500, "failed")
            protocol.response_bytes(*refusal(status, reason, scope.headers, scope.path))
        finally:
            # Granian answers for a coroutine that ends without an answer: it has to outlive this.
            self._loop.call_soon_threadsafe(future.set_result, large)

    def _run(self, scope: Any, protocol: Any, body: bytes) -> WholeAnswer | None:
        """Answer; what is returned has to be seen to its end."""
        answer = WholeAnswer()
        is_kept = False
        try:
            answer.take(self._wsgi(environ_of(scope, body), answer.start))
            is_large = answer.size >= _LARGE_BYTES and scope.method != "HEAD"
            if is_large and self._unsent_bytes + answer.size > _MAX_UNSENT_BYTES:
                logger.warning("request_refused", path=scope.path, reason="unsent", unsent_bytes=self._unsent_bytes)
                protocol.response_bytes(*refusal(503, "busy", scope.headers, scope.path))
                return None
            if is_large:
                answer.headers = [*answer.headers, ("Connection", "close")]
            answer.send(protocol)
            is_kept = is_large
        finally:
            if not is_kept:
                answer.close()
        return answer if is_kept else None

    async def _see_sent(self, answer: WholeAnswer, scope: Any, protocol: Any) -> None:
        """Count a large answer until its connection has ended; end it where the reader is too slow."""
        self._unsent_bytes += answer.size
        try:
            async with asyncio.timeout(_SEND_SECONDS + answer.size / _BYTES_A_SECOND):
                await protocol.client_disconnect()
        except TimeoutError:
            logger.warning("reader_too_slow", path=scope.path, bytes=answer.size)
            cut_connection(scope.client)
        finally:
            self._unsent_bytes -= answer.size
            answer.close()
