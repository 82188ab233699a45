"""Receivers, and limits that do not have a test wait."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from tests.fakes.receiver import Receiver
from tests.subscriptions.admin_pages import sign_in


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Of the test's own, on loopback."""
    with Receiver() as started:
        yield started


@pytest.fixture
def short_waits(settings: Settings) -> None:
    """Where a test is about answers that never come."""
    settings.DELIVERY_LIMITS = replace(
        settings.DELIVERY_LIMITS, connect_timeout_seconds=1.0, read_timeout_seconds=1.0, claim_seconds=30.0
    )


@pytest.fixture
def private_receivers(settings: Settings) -> None:
    """Those of tests are on loopback."""
    settings.ALLOW_PRIVATE_RECEIVERS = True


@pytest.fixture
def analyst(db: None) -> tuple[Client, User]:
    """Signed in, with an account of their own."""
    return sign_in()
