"""Connections that go to the address which was checked: between the check and the connection no name is asked for again.

For everything that is sent to an address a person entered. The name stays what is shown to the server (Host, SNI) and what its
certificate has to be for.
"""

import socket
import ssl
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.response import HTTPResponse
from urllib3.util.connection import create_connection
from urllib3.util.ssl_ import create_urllib3_context

from datasources.deadlines import cut_after

#: How many times as long as for the next byte is waited for the whole head of an answer, and as long again for its body.
READS_IN_ALL = 4
#: From scheme and host to the addresses that may be connected to, at least one. What it raises ends the request.
Approve = Callable[[str, str], list[str]]


def open_session(approve: Approve, *, reads_in_all: float = READS_IN_ALL) -> requests.Session:
    """A session that only connects to what `approve` says, without proxies, `.netrc` or other ways of the machine. The head of an
    answer may take `reads_in_all` times the read time-out.
    """
    session = requests.Session()
    session.trust_env = False
    session.adapters.clear()
    for scheme in ("https", "http"):
        session.mount(f"{scheme}://", _PinnedAdapter(approve, reads_in_all))
    return session


class _PinnedAdapter(HTTPAdapter):
    def __init__(self, approve: Approve, reads_in_all: float) -> None:
        self._approve, self._reads_in_all = approve, reads_in_all
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """With pools whose connections ask first."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _pools(self._approve, self._reads_in_all)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Against what was read once: the authorities of everybody take 20 ms to read, for each connection."""
        super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]
        if conn.ca_certs is not None:
            conn.conn_kw["ssl_context"] = _context_of(conn.ca_certs)
            conn.ca_certs = None

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        """A proxy would ask for the name once more."""
        raise NotImplementedError


@lru_cache(maxsize=8)
def _context_of(certificates: str) -> ssl.SSLContext:
    """What trusts the authorities in a file."""
    context = create_urllib3_context()
    context.load_verify_locations(certificates)
    return context


class _WithDeadline(HTTPConnection):
    """Whose answers begin in time."""

    reads_in_all: float

    def getresponse(self) -> HTTPResponse:  # type: ignore[override] # the library's own does the same
        """The head of the answer. Raises `TimeoutError` for one that drips in."""
        if not isinstance(self.timeout, int | float):
            return super().getresponse()
        with cut_after(self.timeout * self.reads_in_all, lambda: self.sock.shutdown(socket.SHUT_RD)):
            return super().getresponse()


def _pools(approve: Approve, head_reads: float) -> dict[str, Any]:
    class PlainConnection(_WithDeadline, HTTPConnection):
        reads_in_all = head_reads

        def _new_conn(self) -> socket.socket:
            return _connect(self, approve("http", self._dns_host))

    class EncryptedConnection(_WithDeadline, HTTPSConnection):
        reads_in_all = head_reads

        def _new_conn(self) -> socket.socket:
            return _connect(self, approve("https", self._dns_host))

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = PlainConnection

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = EncryptedConnection

    return {"http": PlainPool, "https": EncryptedPool}


def _connect(connection: HTTPConnection, addresses: list[str]) -> socket.socket:
    """To the first that answers."""
    for left, address in enumerate(addresses, start=1 - len(addresses)):
        try:
            return create_connection(
                (address, connection.port), connection.timeout, source_address=connection.source_address,
                socket_options=connection.socket_options,
            )  # fmt: skip
        except TimeoutError as error:
            if left == 0:
                raise ConnectTimeoutError(connection, str(error)) from error
        except OSError as error:
            if left == 0:
                raise NewConnectionError(connection, str(error)) from error
    raise NewConnectionError(connection, "no address")
