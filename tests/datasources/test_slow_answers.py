"""Answers that come in so slowly that no pause between two bytes is too long: the whole of them is."""

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from datasources.errors import SourceError
from datasources.http import HttpService
from datasources.waiting import HttpPatience, never_cancelled
from tests.fakes.certificates import make_certificate
from tests.fakes.server import QuietHandler

HEAD = b"HTTP/1.1 200 OK\r\n"
#: At once, and then a byte at a time: 200 of them in ten seconds.
SLOW = {
    "the head": (HEAD, b"X-Filler: " + b"x" * 167 + b"\r\nContent-Length: 0\r\n\r\n"),
    "a body of known length": (HEAD + b"Content-Length: 200\r\n\r\n", b"x" * 200),
    "a body of unknown length": (HEAD + b"Connection: close\r\n\r\n", b"x" * 200),
    "a body in chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 32 + b"0\r\n\r\n"),
}  # fmt: skip


@contextmanager
def dripping(
    at_once: bytes, slowly: bytes = b"", *, certificate: tuple[ssl.SSLContext, str] | None = None
) -> Iterator[tuple[HttpService, list[int]]]:
    """Sends the one and then the other; nothing more, where there is no other. With the bytes that were sent slowly."""
    sent: list[int] = []

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 the library's name
            self.close_connection = True
            with suppress(OSError):
                self.connection.sendall(at_once)
                for byte in slowly:
                    time.sleep(0.05)
                    self.connection.sendall(bytes([byte]))
                    sent.append(byte)
                if not slowly:
                    self.connection.recv(1)  # ends when the other side hangs up

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if certificate:
        server.socket = certificate[0].wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    service = HttpService(
        "Test", f"{'https' if certificate else 'http'}://slow.example.com:{server.server_port}",
        patience=HttpPatience(5.0, 0.3, 1, 0.0, 0.0), max_bytes=1000, check_cancelled=never_cancelled,
        resolve=lambda _host: ["127.0.0.1"],
    )  # fmt: skip
    service._session.verify = certificate[1] if certificate else False
    try:
        yield service, sent
    finally:
        service.close()
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("is_encrypted", [False, True])
@pytest.mark.parametrize("what", SLOW)
def test_what_drips_in_is_not_waited_for_to_its_end(what: str, is_encrypted: bool, tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path, "slow.example.com") if is_encrypted else None
    with dripping(*SLOW[what], certificate=certificate) as (service, sent):
        with pytest.raises(SourceError) as caught:
            service.exchange("GET", "/")
        assert len(sent) < len(SLOW[what][1])

    assert (caught.value.code, caught.value.is_retryable) == ("TIMEOUT", True)


def test_a_body_that_stops_coming_is_one_that_is_not_in_time() -> None:
    with dripping(HEAD + b"Content-Length: 200\r\n\r\n{") as (service, _), pytest.raises(SourceError) as caught:
        service.exchange("GET", "/")

    assert (caught.value.code, caught.value.is_retryable) == ("TIMEOUT", True)
