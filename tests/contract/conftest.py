"""What thousands of requests with wrong keys leave behind."""

from collections.abc import Iterator

import pytest
from django_redis import get_redis_connection


@pytest.fixture(autouse=True)
def nobody_held_up_afterwards() -> Iterator[None]:
    """An address that sent many keys that are none is refused for a minute: the next test comes from the same."""
    yield
    client = get_redis_connection("state")
    for name in client.scan_iter("meigara:wrong-keys:*"):
        client.delete(name)
