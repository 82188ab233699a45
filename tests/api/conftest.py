"""Callers with keys."""

from typing import Any

import pytest
from django.test import Client

from api.keys import create_api_key
from tests.subscriptions.told.followers import make_person


@pytest.fixture
def client_with_key(db: None) -> Client:
    """A client that sends a key with the scope `read`."""
    headers: dict[str, Any] = {"X-API-Key": create_api_key(name="test", scopes=["read"])[1]}
    return Client(headers=headers)


@pytest.fixture
def operator_key(transactional_db: None) -> str:
    """Of who starts syncs."""
    return create_api_key(name="automation", scopes=["sync"])[1]


@pytest.fixture
def person_key(transactional_db: None) -> str:
    """Of a program that acts for a person."""
    return create_api_key(name="bot", scopes=["subscribe"], created_by=make_person("sato"))[1]
