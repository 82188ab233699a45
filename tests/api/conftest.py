"""A caller with a key."""

from typing import Any

import pytest
from django.test import Client

from api.keys import create_api_key


@pytest.fixture
def client_with_key(db: None) -> Client:
    """A client that sends a key with the scope `read`."""
    headers: dict[str, Any] = {"X-API-Key": create_api_key(name="test", scopes=["read"])[1]}
    return Client(headers=headers)
