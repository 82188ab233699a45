"""Requests written by hand, to the byte."""

import json
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.server import Server


@dataclass(frozen=True)
class Received:
    """An answer, or that the connection ended without one (status 0)."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def connect(server: Server, timeout: float = 30) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=timeout)


def head(method: str, path: str, **headers: str) -> bytes:
    """A request's head; header names with `_` for `-`."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: localhost",
        *(f"{n.replace('_', '-')}: {v}" for n, v in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def receive(connection: socket.socket) -> Received:
    answer = b""
    with suppress(ConnectionResetError):
        while b"\r\n\r\n" not in answer:
            if not (part := connection.recv(65536)):
                return Received(0, {}, answer)
            answer += part
    if not answer:
        return Received(0, {}, b"")
    top, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = top.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    return Received(int(status.split()[1]), headers, body)


def exchange(server: Server, request: bytes, *, ends: bool = False, timeout: float = 30) -> Received:
    """One request on a connection of its own; `ends` where the client stops sending after it."""
    with connect(server, timeout) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request)
            if ends:
                connection.shutdown(socket.SHUT_WR)
        return receive(connection)
