"""A notifier."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.subscriptions.notifier import Notifier


@pytest.fixture
def notifier(transactional_db: None, tmp_path: Path) -> Iterator[Notifier]:
    """One that the test may kill."""
    started = Notifier(tmp_path / "notifier.log", queue=f"deliveries-{tmp_path.name}", ALLOW_PRIVATE_RECEIVERS="true")
    started.start()
    yield started
    if started.process.poll() is None:
        started.kill()
