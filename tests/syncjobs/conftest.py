"""A real worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.celery import app
from tests.syncjobs.worker import Worker


@pytest.fixture(scope="package")
def shared_worker(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """Started once, for that takes seconds; gone where other rooms look at a product without a worker."""
    worker = Worker(tmp_path_factory.mktemp("worker") / "worker.log", queue="shared").start()
    yield worker
    worker.stop()


@pytest.fixture
def worker(transactional_db: None, unheard: None, shared_worker: Worker) -> Worker:
    """A worker that takes what the test sends."""
    app.conf.task_default_queue = shared_worker.queue
    return shared_worker


@pytest.fixture
def own_worker(transactional_db: None, unheard: None, tmp_path: Path) -> Iterator[Worker]:
    """A worker that the test may kill."""
    started = Worker(tmp_path / "worker.log", queue=f"own-{tmp_path.name}").start()
    app.conf.task_default_queue = started.queue
    yield started
    if started.process.poll() is None:
        started.kill()
