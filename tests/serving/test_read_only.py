"""A database that takes no writes, or no connections: reads go on, writes say so, and nothing has to be restarted."""

import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.contrib.auth.models import User

from api.keys import create_api_key
from syncjobs.models import SyncRun
from tests.factories import make_source
from tests.fakes.jquants import FakeJquants
from tests.local.stack import wait_for
from tests.server import Server, database_url, serve
from tests.serving.sockets import Received, exchange, head

BASE = "/api/v1/companies"
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@contextmanager
def read_only() -> Iterator[None]:
    """The whole server, as after a failover or by its operator's word."""
    with psycopg.connect(database_url(), autocommit=True, options="-c default_transaction_read_only=off") as operator:
        operator.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        operator.execute("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            operator.execute("ALTER SYSTEM RESET default_transaction_read_only")
            operator.execute("SELECT pg_reload_conf()")


@pytest.fixture
def key(two_lists: None) -> str:
    return create_api_key(name="reader", scopes=["read", "sync"])[1]


@pytest.fixture
def server(key: str, jquants: FakeJquants, tmp_path: Path) -> Iterator[Server]:
    make_source(jquants)
    with serve(tmp_path, workers=1) as running:
        yield running


def get(server: Server, path: str, key: str = "") -> Received:
    return exchange(server, head("GET", path, **({"X_API_Key": key} if key else {})))


def post_sync(server: Server, key: str) -> Received:
    return exchange(
        server, head("POST", f"{BASE}/sync", X_API_Key=key, Content_Type="application/json", Content_Length="2") + b"{}"
    )


def test_reads_go_on_and_writes_say_so(server: Server, key: str, tmp_path: Path) -> None:
    # Asked for the first time in this state: its use cannot be noted, and it is let in all the same.
    unused = create_api_key(name="unused", scopes=["read"])[1]
    User.objects.create_superuser("admin", password="a long password")
    assert get(server, f"{BASE}?limit=1", key).status == 200

    with read_only():
        for path in (f"{BASE}?limit=2", f"{BASE}/7203/history", f"{BASE}/events", f"{BASE}?as_of=2024-02-29"):
            assert get(server, path, unused).status == 200, path
        assert get(server, "/readyz").json()["components"]["database"] == "read_only"
        refused = post_sync(server, key)
        assert (refused.status, refused.json()["error"]["code"]) == (503, "SERVICE_UNAVAILABLE")
        page = sign_in(server)
        assert page.status == 503
        assert "読み取り専用" in page.body.decode()
        assert "Traceback" not in page.body.decode()
    assert SyncRun.objects.count() == 0

    assert get(server, "/readyz").json()["components"]["database"] == "ok"
    assert post_sync(server, key).status == 201
    # The tests' quick hash is none that the server knows: the form again, which writes down that it was wrong.
    assert sign_in(server).status == 200
    log = (tmp_path / "web.log").read_text()
    assert "unhandled_exception" not in log


def sign_in(server: Server) -> Received:
    token = "a" * 32
    form = urllib.parse.urlencode(
        {"csrfmiddlewaretoken": token, "username": "admin", "password": "a long password", "next": "/admin/"}
    ).encode()
    return exchange(
        server,
        head(
            "POST", "/admin/login/", Cookie=f"csrftoken={token}", Content_Type="application/x-www-form-urlencoded",
            Content_Length=str(len(form)),
        ) + form,
    )  # fmt: skip


def test_the_pool_leaves_a_server_that_became_read_only(key: str, jquants: FakeJquants, tmp_path: Path) -> None:
    """A connection to it would look sound for as long as it lives."""

    def backends() -> set[int]:
        with psycopg.connect(database_url(), autocommit=True) as operator:
            rows = operator.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name = 'meigara-web'"
            ).fetchall()
        return {row[0] for row in rows}

    make_source(jquants)
    # Of the tests' own process, which counts as a web process too.
    others = backends()
    with serve(tmp_path, workers=1) as server:
        assert get(server, f"{BASE}?limit=1", key).status == 200
        before = backends() - others
        with read_only():
            assert post_sync(server, key).status == 503
            # The one that was in use is closed when it comes back, which may be after the answer.
            wait_for(lambda: not before & backends())
    assert before


def test_a_connection_ended_by_an_administrator_is_503_at_most_and_passes(server: Server, key: str) -> None:
    assert get(server, f"{BASE}/events?limit=1", key).status == 200
    with psycopg.connect(database_url(), autocommit=True) as operator:
        operator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'meigara-web'"
        )

    statuses = [get(server, f"{BASE}/events?limit={limit}", key).status for limit in range(2, 6)]

    assert set(statuses) <= {200, 503}
    assert statuses[-1] == 200
