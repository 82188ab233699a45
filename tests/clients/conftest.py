"""A product that runs, a proxy in front of it, and a client with a key."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from django.test import TransactionTestCase
from meigara_client import Client, Retries
from pytest_django import DjangoDbBlocker

from api.keys import create_api_key
from tests.clients.proxy import Proxy
from tests.server import Server, serve


@pytest.fixture(scope="module")
def running_server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One process for all tests of a module: each begins with a database and a generation of its own."""
    with serve(tmp_path_factory.mktemp("server"), workers=1) as running:
        yield running


class _Emptied(TransactionTestCase):
    """What pytest-django makes of a test that commits."""

    serialized_rollback = True


@contextmanager
def committed(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Inside, what is written is there for all tests of a module, which only read; afterwards all is as it was."""
    with blocker.unblock():
        yield
        _Emptied()._fixture_teardown()  # type: ignore[attr-defined] # not public, as in `tests.quick_rollback`
        connections.close_all()


def make_key() -> str:
    return create_api_key(name="client", scopes=["read"], rate_limit_per_hour=100_000)[1]


@pytest.fixture
def key(transactional_db: None) -> str:
    return make_key()


@pytest.fixture
def proxy(running_server: Server) -> Iterator[Proxy]:
    with Proxy(running_server.port) as between:
        yield between


@pytest.fixture
def waits() -> list[float]:
    """Seconds that the client wanted to wait."""
    return []


@pytest.fixture
def make_client(proxy: Proxy, key: str, waits: list[float]) -> Iterator[Callable[..., Client]]:
    """A client with other arguments than usual. It never sleeps."""
    made: list[Client] = []

    def make(**more: object) -> Client:
        arguments: dict[str, object] = {"retries": Retries(sleep=waits.append), "language": "en", **more}
        made.append(Client(proxy.url, key, **arguments))  # type: ignore[arg-type] # of any kind
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(make_client: Callable[..., Client]) -> Client:
    return make_client()
