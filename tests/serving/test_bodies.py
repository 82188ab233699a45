"""A request whose body was not received whole does nothing; a body that comes slowly holds nobody up."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from api.keys import create_api_key
from serving.bodies import MAX_BYTES, MAX_BYTES_UNDER_WAY
from syncjobs.models import SyncRun
from tests.factories import make_source
from tests.fakes.jquants import FakeJquants
from tests.server import Server, serve
from tests.serving.sockets import connect, exchange, head, receive

SYNC = "/api/v1/companies/sync"
DAY = json.dumps({"date": "2024-02-29"}).encode()

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def key(transactional_db: None) -> str:
    return create_api_key(name="bodies", scopes=["read", "sync"])[1]


@pytest.fixture(scope="module")
def running_server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One process. What the test before did to it must not matter to the next."""
    with serve(tmp_path_factory.mktemp("server"), workers=1) as running:
        yield running


@pytest.fixture
def server(running_server: Server, key: str, jquants: FakeJquants) -> Server:
    """On a J-Quants source that nobody works for."""
    make_source(jquants)
    return running_server


def chunks(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)


def test_healthz_and_readers_are_answered_while_three_hundred_bodies_are_half_sent(server: Server, key: str) -> None:
    with ExitStack() as open_connections:
        held = [open_connections.enter_context(connect(server)) for _ in range(300)]
        for number, connection in enumerate(held):
            path = ("/admin/login/", SYNC, "/healthz", "/no/such/page")[number % 4]
            connection.sendall(head("POST", path, Content_Length="1000", Content_Type="application/json") + b"{")
        for _ in range(20):
            started = time.monotonic()
            assert exchange(server, head("GET", "/healthz")).status == 200
            assert exchange(server, head("GET", "/api/v1/companies/markets", X_API_Key=key)).status == 200
            assert time.monotonic() - started < 5
        complete = head("POST", SYNC, X_API_Key=key, Content_Type="application/json", Content_Length=str(len(DAY)))
        assert exchange(server, complete + DAY).status == 201


def test_a_body_that_stops_coming_is_given_up_and_answered(server: Server, key: str) -> None:
    request = head("POST", SYNC, X_API_Key=key, Content_Type="application/json", Content_Length=str(len(DAY)))

    answer = exchange(server, request + DAY[:-3])

    assert (answer.status, answer.json()["error"]["code"]) == (408, "REQUEST_TIMEOUT")
    assert answer.headers["connection"] == "close"
    assert SyncRun.objects.count() == 0


def test_a_chunked_body_is_what_it_says_and_not_an_empty_one(server: Server, key: str) -> None:
    request = head("POST", SYNC, X_API_Key=key, Content_Type="application/json", Transfer_Encoding="chunked")

    answer = exchange(server, request + chunks(DAY[:5], DAY[5:]) + b"0\r\n\r\n")

    assert answer.status == 201
    assert str(SyncRun.objects.get().requested_date) == "2024-02-29"


BROKEN = {
    "ends without its last chunk": chunks(DAY),
    "a length that is no number": chunks(DAY[:5]) + b"zz\r\n" + DAY[5:] + b"\r\n0\r\n\r\n",
    "ends in the last chunk": chunks(DAY) + b"0\r\n",
    "ends in an empty one": b"0\r\n",
    "nothing at all": b"",
    "ends within a chunk": b"5\r\n{}",
    "an endless chunk": b"ffffffffffffffff1\r\n{}\r\n0\r\n\r\n",
}


def test_a_body_that_does_not_arrive_whole_does_nothing(server: Server, key: str) -> None:
    given = {"X_API_Key": key, "Content_Type": "application/json"}
    for what, rest in BROKEN.items():
        answer = exchange(server, head("POST", SYNC, **given, Transfer_Encoding="chunked") + rest, ends=True)
        assert answer.status in (0, 400), (what, answer)
    for sent in (0, 1, len(DAY) - 1):
        request = head("POST", SYNC, **given, Content_Length=str(len(DAY)))
        answer = exchange(server, request + DAY[:sent], ends=True)
        assert answer.status in (0, 400), (sent, answer)
    for length in ("-1", "x", "1e3", "+5", "0x10", "", "5, 6"):
        answer = exchange(server, head("POST", SYNC, **given, Content_Length=length) + DAY, ends=True)
        assert answer.status in (0, 400), (length, answer)

    assert SyncRun.objects.count() == 0
    assert exchange(server, head("GET", "/healthz")).status == 200


def test_a_body_that_is_too_large_is_refused_in_our_shape_and_a_person_told_in_words(server: Server, key: str) -> None:
    size = MAX_BYTES + 1
    given = {"X_API_Key": key, "Content_Type": "application/json"}
    in_chunks = head("POST", SYNC, **given, Transfer_Encoding="chunked") + chunks(b" " * size) + b"0\r\n\r\n"
    declared = head("POST", SYNC, **given, Content_Length=str(size))

    for refused in (exchange(server, in_chunks), exchange(server, declared)):
        assert (refused.status, refused.json()["error"]["code"]) == (413, "VALIDATION_ERROR")
    assert SyncRun.objects.count() == 0
    answer = exchange(server, head("POST", "/admin/login/", Content_Length="99999999999", Accept_Language="en"))

    assert answer.status == 413
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "The data sent is too large." in answer.body.decode()


def test_bodies_that_were_refused_take_nobody_s_room(server: Server, key: str) -> None:
    given = {"X_API_Key": key, "Content_Type": "application/json"}
    in_chunks = head("POST", SYNC, **given, Transfer_Encoding="chunked") + chunks(b" " * (MAX_BYTES + 1)) + b"0\r\n\r\n"

    assert {exchange(server, in_chunks).status for _ in range(MAX_BYTES_UNDER_WAY // MAX_BYTES + 1)} == {413}
    assert exchange(server, head("POST", SYNC, **given, Content_Length=str(len(DAY))) + DAY).status == 201


def test_requests_sent_without_waiting_are_answered_in_their_order(server: Server, key: str) -> None:
    post = head(
        "POST", "/api/v1/companies/sync?x=1", X_API_Key=key, Content_Type="application/json", Content_Length="2"
    )
    with connect(server) as connection:
        connection.sendall((head("GET", "/healthz") + post + b"{}") * 10 + head("GET", "/api/nothing", X_API_Key=key))
        statuses: list[int] = []
        buffered = b""
        while len(statuses) < 21:
            buffered += connection.recv(65536)
            statuses = [int(part.split(b" ", 1)[0]) for part in buffered.split(b"HTTP/1.1 ")[1:]]

    assert statuses == [200, 400] * 10 + [404]


def test_a_header_in_disguise_is_nobodys(server: Server, key: str) -> None:
    """`X_API_Key` would become the same variable as `X-API-Key`, past a proxy that sets the latter."""
    request = b"GET /api/v1/companies/markets HTTP/1.1\r\nHost: localhost\r\nX_API_Key: %b\r\n\r\n" % key.encode()

    assert exchange(server, request).status == 401


def test_the_first_bytes_of_a_body_are_asked_for_where_the_client_waits(server: Server, key: str) -> None:
    request = head(
        "POST",
        SYNC,
        X_API_Key=key,
        Content_Type="application/json",
        Content_Length=str(len(DAY)),
        Expect="100-continue",
    )
    with connect(server) as connection:
        connection.sendall(request)
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 ")
        connection.sendall(DAY)
        assert receive(connection).status == 201
