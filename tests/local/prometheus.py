"""A real Prometheus that scrapes a product every second."""

import json
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.local.product import Product
from tests.local.stack import PROJECT, wait_for
from tests.ports import free_port

PROGRAM = shutil.which("prometheus")


@contextmanager
def scraping(product: Product, directory: Path) -> Iterator[str]:
    """Its address, once it has scraped."""
    token = json.loads((product.directory / "credentials.json").read_text())["metrics_token"]
    config = directory / "prometheus.json"  # JSON is YAML
    job = {
        "job_name": "meigara",
        "authorization": {"credentials": token},
        "static_configs": [{"targets": [product.base_url.removeprefix("http://")]}],
    }
    rules = str(PROJECT / "deploy/prometheus/meigara.rules.yml")
    interval = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
    config.write_text(json.dumps({"global": interval, "rule_files": [rules], "scrape_configs": [job]}))
    address = f"127.0.0.1:{free_port()}"
    command = [
        str(PROGRAM), f"--config.file={config}", f"--web.listen-address={address}",
        f"--storage.tsdb.path={directory / 'series'}",
    ]  # fmt: skip
    with (directory / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for(lambda: _is_ready(address), timeout_seconds=30)
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(20)


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address}/-/ready", timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False
