"""What tests of a server may ask for."""

import secrets
from collections.abc import Iterator

import pytest

from tests.server import database_url
from tests.serving.visitor import ROLE, command, end_connections

#: The same all the time, so that servers with this address have the same settings (`tests.forking`).
_PASSWORD = secrets.token_hex()


@pytest.fixture
def visitor_url(transactional_db: None) -> Iterator[str]:
    """Of a role that can be kept out."""
    command(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{_PASSWORD}' IN ROLE pg_read_all_data, pg_write_all_data")
    _, at, place = database_url().rpartition("@")
    yield f"postgresql://{ROLE}:{_PASSWORD}{at}{place}"
    end_connections()
    command(f"DROP ROLE {ROLE}")
