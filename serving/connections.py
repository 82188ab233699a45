"""Connections of this process: how many there may be, and ending one that Granian would wait for without end."""

import os
import resource
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_DESCRIPTORS = Path("/dev/fd")

# Each connection is one, and there may be 4,096 (`serving.COMMAND_LINE`); shells give 1,024.
_WANTED = 8192


def allow_many_connections() -> int:
    """Take as many descriptors as are wanted, where the system lets us; how many there may be now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED if hard == resource.RLIM_INFINITY else min(_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _WANTED if soft == resource.RLIM_INFINITY else soft


def open_clients() -> frozenset[str]:
    """Whom this process has TCP connections with ("address:port")."""
    return frozenset(name for name, _ in _peers())


def cut_connection(client: str) -> None:
    """Shut the TCP connection of this process with `client` ("address:port"); nothing where it has ended."""
    for name, found in _peers():
        if name == client:
            with suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)


def _peers() -> Iterator[tuple[str, socket.socket]]:
    """Who is at the other end of each socket that has one; the socket is of use until the next is taken."""
    for name in os.listdir(_DESCRIPTORS):  # noqa: PTH208 names are all that is wanted, and some vanish at once
        with suppress(OSError, ValueError):
            number = int(name)
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            with socket.socket(fileno=os.dup(number)) as found:
                yield _text_of(found.getpeername()), found


def _text_of(address: object) -> str:
    """As Granian writes it."""
    if not isinstance(address, tuple):
        return ""
    host, port = address[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
