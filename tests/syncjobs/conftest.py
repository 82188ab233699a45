"""A real worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.syncjobs.worker import Worker, forget_messages


@pytest.fixture(scope="session")
def shared_worker(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """Started once; starting one takes seconds."""
    worker = Worker(tmp_path_factory.mktemp("worker") / "worker.log").start()
    yield worker
    worker.stop()


@pytest.fixture
def worker(transactional_db: None, shared_worker: Worker) -> Worker:
    """A worker without work."""
    forget_messages()
    return shared_worker


@pytest.fixture
def own_worker(transactional_db: None, tmp_path: Path) -> Iterator[Worker]:
    """A worker that the test may kill."""
    forget_messages()
    started = Worker(tmp_path / "worker.log").start()
    yield started
    if started.process.poll() is None:
        started.kill()
