"""What lies between two processes: it hands requests on, loses an answer on demand, holds one back, and remembers what went by."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen


class Relay:
    """On a port of its own, to `target` (`http://host:port`)."""

    def __init__(self, target: str) -> None:
        self.target = target
        #: Of each request that went by: the id of the message, empty where it is none.
        self.ids: list[str] = []
        self._lost = 0
        self.is_holding = threading.Event()
        self._goes_on = threading.Event()
        self._goes_on.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def lose_answers(self, count: int = 1) -> None:
        """The next ones arrive, and nobody hears of it."""
        self._lost = count

    def hold(self) -> None:
        """Answers from now on, until `release`."""
        self.is_holding.clear()
        self._goes_on.clear()

    def release(self) -> None:
        self._goes_on.set()

    def pass_on(self, handler: BaseHTTPRequestHandler) -> None:
        """One request."""
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        self.ids.append(handler.headers.get("webhook-id", ""))
        headers = {name: value for name, value in handler.headers.items() if name.lower() not in ("host", "connection")}
        request = Request(f"{self.target}{handler.path}", data=body or None, headers=headers, method=handler.command)
        try:
            with urlopen(request, timeout=60) as answer:
                status, told = answer.status, answer.read()
        except HTTPError as error:
            status, told = error.code, error.read()
        except (URLError, OSError):
            return self._cut(handler)
        if not self._goes_on.is_set():
            self.is_holding.set()
            self._goes_on.wait(60)
        if self._lost:
            self._lost -= 1
            return self._cut(handler)
        with suppress(OSError):  # who asked may be dead by now
            handler.send_response(status)
            handler.send_header("content-length", str(len(told)))
            handler.end_headers()
            handler.wfile.write(told)
        return None

    @contextmanager
    def running(self) -> Iterator["Relay"]:
        """Until the end of the block."""
        relay = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                relay.pass_on(self)

            do_POST = do_GET  # noqa: N815 the library's name

            def log_message(self, *_values: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield self
        finally:
            self.release()
            self._server.shutdown()
            self._server.server_close()

    @staticmethod
    def _cut(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        with suppress(OSError):
            handler.connection.shutdown(socket.SHUT_RDWR)
