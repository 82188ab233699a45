"""A whole product for the tests that break it."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.conftest import published_lists
from tests.fakes.jquants import API_KEY, FakeJquants
from tests.local.prepared import copy_prepared, shared_by_processes
from tests.local.product import Product, is_healthy
from tests.local.prometheus import PROGRAM, scraping
from tests.local.stack import family_of, finish, start, still_running, wait_for
from tests.ports import free_port


@pytest.fixture(scope="session")
def shared_jquants() -> Iterator[FakeJquants]:
    """As long as the product."""
    with published_lists() as fake:
        yield fake


@pytest.fixture
def jquants(shared_jquants: FakeJquants) -> Iterator[FakeJquants]:
    """The product's, as it was at first."""
    yield shared_jquants
    shared_jquants.page_rows, shared_jquants.delay_seconds = 5000, 0.0


@pytest.fixture(scope="session")
def shared_product(tmp_path_factory: pytest.TempPathFactory, shared_jquants: FakeJquants) -> Iterator[Product]:
    """With a J-Quants source from its environment, and services of its own, and told what Flower refuses to start with: the others do
    without it. Starting one takes longer than most tests.
    """
    directory = tmp_path_factory.mktemp("product")
    copy_prepared(directory, shared_by_processes(directory))
    port = free_port()
    environment = {"JQUANTS_BASE_URL": shared_jquants.url(), "JQUANTS_API_KEY": API_KEY, "FLOWER_AUTH": "*.*"}
    successors: list[psutil.Process] = []
    errors_path = directory / "run.errors"
    process = start(
        directory, "run", log_path=directory / "run.log", errors_path=str(errors_path), PORT=str(port), LOG_FORMAT="json",
        **environment,
    )  # fmt: skip
    try:
        wait_for(lambda: is_healthy(port) or process.poll() is not None, timeout_seconds=240)
        assert process.poll() is None, (directory / "run.log").read_text()[-5000:] + errors_path.read_text()
        key = json.loads((directory / "credentials.json").read_text())["api_key"]
        product = Product(process, directory, f"http://127.0.0.1:{port}", key, successors)
        for name in ("companies", "destinations"):
            product.totals_at_first[name] = product.ask(f"/api/v1/{name}")["total"]
        yield product
    finally:
        everything = family_of(psutil.Process(process.pid))[1:] if process.poll() is None else []
        process.send_signal(signal.SIGINT)
        finish(process)
        for successor in still_running(successors):
            successor.terminate()
            successor.wait(20)
    # It was told to end, and whatever was taken away from it meanwhile, nothing is left of it.
    assert (process.returncode, errors_path.read_text()) == (0, "")
    assert still_running(everything) == []


@pytest.fixture
def product(shared_product: Product, jquants: FakeJquants) -> Product:
    """As whole as at first: whatever the test before took away is there again."""
    wait_for(shared_product.is_whole)
    return shared_product


@pytest.fixture
def prometheus(product: Product, tmp_path: Path) -> Iterator[str]:
    """The address of a Prometheus that scrapes the product."""
    if PROGRAM is None:
        pytest.skip("prometheus is not installed (Debian: apt-get install prometheus)")
    with scraping(product, tmp_path) as address:
        yield address
