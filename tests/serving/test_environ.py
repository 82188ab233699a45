"""Addresses and headers as people and programs send them that know nothing of encodings."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.keys import create_api_key
from tests.server import Server, serve
from tests.serving.sockets import connect, exchange, head, receive

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
BASE = "/api/v1/companies"


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    with serve(tmp_path, workers=1) as running:
        yield running


def test_what_is_not_ascii_is_read_as_utf_8_or_refused_and_never_breaks(two_lists: None, server: Server) -> None:
    key = create_api_key(name="raw", scopes=["read"])[1]
    for spelling in ("トヨタ", "%E3%83%88%E3%83%A8%E3%82%BF"):
        for _ in range(2):  # made, and from the cache
            found = exchange(server, head("GET", f"{BASE}/search?q={spelling}", X_API_Key=key))
            assert found.status == 200, found
            assert [company["code"] for company in found.json()["companies"]] == ["7203"]
    for query in ("q=7203&不明=1", "limit=一", "market_code=プライム"):
        assert exchange(server, head("GET", f"{BASE}?{query}", X_API_Key=key)).status == 400, query
    for path in ("/admin/login/?next=/admin/トヨタ", "/admin/login/", "/healthz"):
        for header in ("Cookie", "Accept_Language", "X_Request_ID", "User_Agent", "X_API_Key", "Referer"):
            raw = head("GET", path, **{header: "名=トヨタ"})
            for sent in (raw, raw.replace("トヨタ".encode(), b"\xff\xfe")):
                assert answer_of(server, sent) in (0, 200, 400), (path, header, sent)
    assert answer_of(server, head("GET", f"{BASE}/search?q=X", X_API_Key=key).replace(b"q=X", b"q=\xff")) in (
        0,
        200,
        400,
    )


def answer_of(server: Server, request: bytes) -> int:
    """The status; 0 where the connection was ended without an answer."""
    with connect(server) as connection:
        connection.sendall(request)
        return receive(connection).status
