"""A product that runs, in two processes, and a key of an agent."""

from collections.abc import Iterator

import pytest

from api.keys import create_api_key
from tests.server import Server, serve


@pytest.fixture(scope="module")
def running_server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """For all tests of a module: each begins with a database and a generation of its own."""
    with serve(tmp_path_factory.mktemp("server"), workers=2) as running:
        yield running


@pytest.fixture
def key(transactional_db: None) -> str:
    return create_api_key(name="agent", scopes=["read"], rate_limit_per_hour=100_000)[1]
