"""Thousands of requests that mean no good: each gets an error that is documented, and the server serves on."""

import json
import os
import random
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from api.keys import create_api_key
from tests.examples import so_many
from tests.server import Server, serve

# 414 and 431 are the web server's own, for lines that are too long.
DOCUMENTED = {400, 401, 403, 404, 405, 406, 409, 413, 414, 415, 431}
BASE = "/api/v1/companies"
REQUESTS = int(os.environ.get("HOSTILE_REQUESTS", so_many(in_each_run=1000, in_proofs=2500)))
GETS = (
    "", "/7203", "/search", "/markets", "/sectors", "/events", "/changes", "/export", "/7203/history", "/7203/quote", "/sync/status",
    "/sync/runs", "/sync/runs/00000000-0000-0000-0000-000000000000",
)  # fmt: skip
NAMES = (
    "q", "limit", "offset", "as_of", "code", "market_code", "ordering", "updated_since", "active_only", "format", "from",
    "to", "type", "status", "parent", "x", "limit[]", "__proto__", "q\x00",
)  # fmt: skip
VALUES = (
    "\x00", "a\x00b", "\x1b[2J", "\ud7ff", "'; DROP TABLE companies; --", "' OR 1=1 --", "1 UNION SELECT key_hash FROM api_keys",
    "\r\nSet-Cookie: a=b", "%0d%0aX-Evil: 1", "../../etc/passwd", "${jndi:ldap://x}", "{{7*7}}", "<script>alert(1)</script>",
    "-1", "1e9", "99999999999999999999", "0x10", "1_000", "١٢", "1,2", ",", "NaN", "true", "null", "[]", "2024-02-30",
    "2024-W09-4", "20240229", "9999-12-31T23:59:59+99:99", "0000-00-00", "\u202e", "\ufeff", "𠮷" * 200, "A" * 5000, "%", "%zz",
)  # fmt: skip
METHODS = ("POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "GETS")
BODIES = (
    b"", b"{", b"[]", b'"x"', b"null", b"\x00", b"\xff\xfe", b'{"date": 1}', b'{"date": "2024-02-30"}', b'{"force_update": "yes"}',
    b'{"x": 1}', b"[" * 5000, b'{"source": "\\u0000"}', b'{"date": {"$gt": ""}}', b"a=b&c=d", b'{"date": ' + b"9" * 5000 + b"}",
)  # fmt: skip
TYPES = (
    "application/json",
    "text/plain",
    "application/xml",
    "multipart/form-data",
    "application/x-www-form-urlencoded",
    "",
    "x",
)


def hostile_requests(key: str) -> Iterator[bytes]:
    """All combinations in an order that is the same every time; endless. None of them can be answered with success."""
    chance = random.Random(4)
    while True:
        kind = chance.randrange(6)
        if kind == 0:  # a wrong value next to an unknown name, so that no value can happen to be right
            pairs = [(chance.choice(NAMES), chance.choice(VALUES)) for _ in range(chance.randint(1, 4))]
            query = "&".join(f"{quote(name)}={quote(value, safe=chance.choice(('', '%')))}" for name, value in pairs)
            yield make_request("GET", f"{BASE}{chance.choice(GETS)}?unknown=1&{query}", key)
        elif kind == 1:
            yield make_request(chance.choice(METHODS), BASE + chance.choice(GETS), key)
        elif kind == 2:
            place = "/" + quote(chance.choice(VALUES), safe=chance.choice(("", "/%")))
            yield make_request("GET", f"{BASE}/7203{place}", key)
        elif kind == 3:
            more = {"Content-Type": chance.choice(TYPES)}
            yield make_request("POST", f"{BASE}/sync?x=1", key, chance.choice(BODIES), **more)
        elif kind == 4:
            yield make_request("GET", BASE + chance.choice(GETS), quote(chance.choice(VALUES)) or "x")
        else:
            deep = chance.choice(
                ("offset=10000001", "limit=1001", "offset=-1", "limit=0", "offset=99999999999999999999999")
            )
            yield make_request("GET", f"{BASE}{chance.choice(('', '/events', '/sync/runs'))}?{deep}", key)


def make_request(method: str, target: str, key: str, body: bytes = b"", **headers: str) -> bytes:
    given = {"Host": "127.0.0.1", "X-API-Key": key, "Content-Length": str(len(body)), **headers}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def send(connection: socket.socket, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body."""
    connection.sendall(request)
    answer = b""
    while b"\r\n\r\n" not in answer:
        received = connection.recv(65536)
        assert received, request[:300]
        answer += received
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    return int(status.split()[1]), headers, body


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_thousands_of_hostile_requests_get_documented_errors_and_nothing_else(two_lists: None, tmp_path: Path) -> None:
    _, key = create_api_key(name="hostile", scopes=["read", "sync"], rate_limit_per_hour=1_000_000)
    statuses: Counter[int] = Counter()
    requests = hostile_requests(key)
    with (
        serve(tmp_path, WRONG_API_KEYS_PER_ADDRESS="1000000") as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection,
    ):
        for _ in range(REQUESTS):
            request = next(requests)
            status, headers, body = send(connection, request)
            statuses[status] += 1
            assert status in DOCUMENTED, (status, request[:500], body[:500])
            assert headers["content-type"] == "application/json", (request[:500], headers)
            assert set(json.loads(body)["error"]) == {"code", "message", "details"}, request[:500]
            assert "x-evil" not in headers
        assert send(connection, make_request("GET", f"{BASE}/7203", key))[0] == 200
        assert is_refused_when_too_long(server, key)

    assert sum(statuses.values()) == REQUESTS
    assert {400, 401, 404, 405} <= statuses.keys()
    assert b"Traceback" not in (tmp_path / "web.log").read_bytes()


def is_refused_when_too_long(server: Server, key: str) -> bool:
    """A parameter and a header of a megabyte, on connections of their own: the web server may close them."""
    long = "A" * 1_000_000
    requests = [make_request("GET", f"{BASE}?q={long}", key), make_request("GET", BASE, key, b"", **{"X-Long": long})]
    refusals = []
    for request in requests:
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(request)
            refusals.append(int(connection.recv(65536).split()[1]))
    return all(status in DOCUMENTED for status in refusals)
