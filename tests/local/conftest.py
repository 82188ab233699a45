"""A whole product for the tests that break it."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.fakes.jquants import API_KEY, FakeJquants
from tests.local.product import Product
from tests.local.prometheus import PROGRAM, scraping
from tests.local.stack import finish, start, wait_for
from tests.local.test_run import free_port, is_healthy


@pytest.fixture
def product(tmp_path: Path, jquants: FakeJquants) -> Iterator[Product]:
    """With a J-Quants source from its environment, and services of its own."""
    port = free_port()
    environment = {"JQUANTS_BASE_URL": jquants.url(), "JQUANTS_API_KEY": API_KEY}
    successors: list[psutil.Process] = []
    process = start(tmp_path, "run", log_path=tmp_path / "run.log", PORT=str(port), LOG_FORMAT="json", **environment)
    try:
        wait_for(lambda: is_healthy(port), timeout_seconds=120)
        key = json.loads((tmp_path / "credentials.json").read_text())["api_key"]
        yield Product(process, tmp_path, f"http://127.0.0.1:{port}", key, successors)
    finally:
        process.send_signal(signal.SIGINT)
        finish(process)
        for successor in successors:
            successor.terminate()
            successor.wait(20)


@pytest.fixture
def prometheus(product: Product, tmp_path: Path) -> Iterator[str]:
    """The address of a Prometheus that scrapes the product."""
    if PROGRAM is None:
        pytest.skip("prometheus is not installed (Debian: apt-get install prometheus)")
    with scraping(product, tmp_path) as address:
        yield address
