"""The product as Granian serves it (RSGI): one loop that listens to everybody, and threads for whole requests.

The loop receives bodies under a deadline (`serving.bodies`) and answers `/healthz` itself, so that this works
while every thread is busy. A thread runs WSGI for one whole request at a time; the loop looks after what is being sent.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from wsgiref.types import WSGIApplication, WSGIEnvironment

import structlog
from django.conf import settings

from api.endpoints.hold import HOLD, Hold
from api.front.headers import Headers
from database.connections import is_unavailable
from operations.health import Alive
from serving.answers import WholeAnswer
from serving.bodies import BodyReader, BodyRefused
from serving.connections import allow_many_connections
from serving.environ import environ_of
from serving.held_answers import Ending, HeldAnswers
from serving.memory import share_one_heap
from serving.refusals import refusal
from serving.stopping import when_told_to_stop
from serving.threads import Threads
from serving.unsent_answers import UnsentAnswers

logger = structlog.get_logger(__name__)

#: Requests that wait for a thread; the next is told to come again.
_LONGEST_LINE = 512
#: Who waited so long for a thread is told so; most callers have given up by then.
_LONGEST_WAIT_SECONDS = 10.0
#: Probes and the scraper have threads of their own: they are asked most when nothing else gets an answer.
_PROBES = frozenset({"/readyz", "/metrics"})
_PROBE_THREADS = 2
#: An answer as large as this has its connection to itself, is counted until it is sent, and has to be read at a pace.
_LARGE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class _Request:
    """One that was received whole."""

    scope: Any
    protocol: Any
    environ: WSGIEnvironment
    #: With which its view may ask for its answer to be held.
    hold: Hold | None
    #: What it gets where it cannot be asked a second time.
    held: WholeAnswer | None = None

    @property
    def path(self) -> str:
        path: str = self.scope.path
        return path


class RsgiApplication:
    """An RSGI application around a WSGI one. `find_newest` says, of the database, the newest position that readers wait for;
    `answer_at_once` gives status, headers and body of a request whose answer is at hand, and may wait for nothing: the loop calls it.
    `beginning` is called once in each process that serves, `ending` when one is told to stop, in its main thread at any moment.
    """

    def __init__(
        self, wsgi: WSGIApplication, find_newest: Callable[[], int] | None = None,
        answer_at_once: Callable[[WSGIEnvironment], tuple[int, Headers, bytes] | None] | None = None,
        beginning: Callable[[], object] | None = None, ending: Callable[[], object] | None = None,
    ) -> None:  # fmt: skip
        self._wsgi, self._answer_at_once = wsgi, answer_at_once
        self._beginning, self._ending = beginning, ending
        pool = settings.DATABASES["default"]["OPTIONS"]["pool"]
        # As many as there are connections to the database.
        self._threads = Threads(pool["max_size"], longest_line=_LONGEST_LINE, name="request")
        self._probe_threads = Threads(_PROBE_THREADS, longest_line=_LONGEST_LINE, name="probe")
        self._bodies = BodyReader()
        self.unsent = UnsentAnswers()
        self.held_answers = HeldAnswers(find_newest)
        # News wake all who wait at once: they come in one after the other, and leave threads to others.
        self._places_of_woken = asyncio.Semaphore(max(1, pool["max_size"] // 2))

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Called by Granian in each process that serves, once."""
        self._loop = loop
        share_one_heap()
        descriptors = allow_many_connections()
        self._threads.start()
        self._probe_threads.start()
        self.held_answers.start(loop, descriptors)
        when_told_to_stop(lambda: loop.call_soon_threadsafe(self.held_answers.stop))
        if self._beginning is not None:
            self._beginning()
        if self._ending is not None:
            when_told_to_stop(self._ending)

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
        environ = None
        if "transfer-encoding" in headers or (declared is not None and declared != "0"):
            try:
                is_chunked = "transfer-encoding" in headers
                body = await self._bodies.read(None if is_chunked else declared, protocol)
            except BodyRefused as refused:
                logger.warning("body_refused", path=path, reason=refused.reason)
                protocol.response_bytes(*refusal(refused.status, refused.reason, headers, path))
                return
        else:
            environ = environ_of(scope, b"")
            if (at_once := self._find_at_once(environ)) is not None:
                protocol.response_bytes(*at_once)
                return
        request = _Request(
            scope, protocol, environ or environ_of(scope, body), self.held_answers.new_hold(scope.method, body)
        )
        answer = await self._have_answered(request)
        if answer is not None and request.hold is not None and not answer.is_sent:
            answer = await self._send_later(answer, request.hold, request)
        if answer is not None:
            await self.unsent.see_sent(answer, scope)

    def _find_at_once(self, environ: WSGIEnvironment) -> tuple[int, Headers, bytes] | None:
        """A small answer that is at hand."""
        if self._answer_at_once is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        try:
            return self._answer_at_once(environ)
        except Exception:  # a thread tries it again, and answers for what is wrong
            logger.exception("answer_at_once_failed", path=environ["PATH_INFO"])
            return None

    async def _have_answered(self, request: _Request) -> WholeAnswer | None:
        """By a thread. What is returned was not sent yet, or has to be seen to its end."""
        future: asyncio.Future[WholeAnswer | None] = self._loop.create_future()
        waiting_since = time.monotonic()
        threads = self._probe_threads if request.path in _PROBES else self._threads
        if not threads.submit(lambda: self._answer(request, future, waiting_since)):
            _refuse(request, "line")
            return None
        return await future

    async def _send_later(self, held: WholeAnswer, hold: Hold, request: _Request) -> WholeAnswer | None:
        """Once there are news: those; once its time is over: `held`. What is returned has to be seen to its end."""
        ending = await self.held_answers.wait(hold, request.protocol)
        if ending == Ending.LEFT:
            return None
        if ending == Ending.NEWS:
            # Who is not served in time goes without the news, and asks for them in its next request.
            with suppress(TimeoutError):
                async with asyncio.timeout(_LONGEST_WAIT_SECONDS):
                    await self._places_of_woken.acquire()
                try:
                    return await self._have_answered(replace(request, hold=None, held=held))
                finally:
                    self._places_of_woken.release()
        held.send(request.protocol)
        return None

    def _answer(self, request: _Request, future: asyncio.Future[WholeAnswer | None], waiting_since: float) -> None:
        """In a thread: run WSGI and hand its answer over."""
        kept = None
        try:
            if time.monotonic() - waiting_since > _LONGEST_WAIT_SECONDS:
                _refuse(request, "wait")
            else:
                kept = self._run(request)
        except Exception as error:  # what nobody caught is logged, and becomes an answer
            logger.exception("answer_failed", path=request.path)
            status, reason = (503, "database") if is_unavailable(error) else (500, "failed")
            request.protocol.response_bytes(*refusal(status, reason, request.scope.headers, request.path))
        finally:
            # Granian answers for a coroutine that ends without an answer: it has to outlive this.
            self._loop.call_soon_threadsafe(future.set_result, kept)

    def _run(self, request: _Request) -> WholeAnswer | None:
        """Answer, or make an answer that is to be held; what is returned is needed further on."""
        answer = WholeAnswer()
        is_kept = False
        try:
            environ = dict(request.environ)  # a second run starts from the same
            if request.hold is not None:
                environ[HOLD] = request.hold
            answer.take(self._wsgi(environ, answer.start))
            is_large = answer.size >= _LARGE_BYTES and request.scope.method != "HEAD"
            if is_large and not self.unsent.has_room(answer.size):
                _refuse(request, "unsent", unsent_bytes=self.unsent.bytes)
                return None
            if is_large:
                answer.headers = [*answer.headers, ("Connection", "close")]
            is_held = HeldAnswers.is_to_be_held(answer, request.hold)
            if not is_held:
                answer.send(request.protocol)
            is_kept = is_large or is_held
        finally:
            if not is_kept:
                answer.close()
        return answer if is_kept else None


def _refuse(request: _Request, reason: str, **more: int) -> None:
    """Tell it to come again; who waited for news gets the answer that was made before."""
    logger.warning("request_refused", path=request.path, reason=reason, **more)
    if request.held is not None:
        request.held.send(request.protocol)
        return
    request.protocol.response_bytes(*refusal(503, "busy", request.scope.headers, request.path))
