"""The whole history as a file of each kind: rows a second as one reader gets them, their size, and by what the web process grows."""

import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

from bench.api import fill, make_key
from bench.lists import change_some, make_list
from bench.report import Figure
from companies.api.manifests import MANIFEST
from companies.export import ExportFormat
from companies.ledger.snapshots import apply_snapshot
from companies.models import CompanyVersion
from tests.server import Server, serve

_PATH = "/api/v1/companies/history/export"
_FIRST_DAY, _LISTS = date(2026, 1, 5), 10
_CHUNK = 1 << 20


def measure_exports(size: int) -> list[Figure]:
    """Of ten times as many versions as there are companies; by one process, warm."""
    fill(size)
    issues = make_list(size)
    for step in range(_LISTS):
        changed = change_some(issues, 1.0, seed=step)
        apply_snapshot(_FIRST_DAY + timedelta(days=step), changed, "jquants", force=True)
    count, key = CompanyVersion.objects.count(), make_key()
    figures = [Figure("行数", count, "行")]
    with tempfile.TemporaryDirectory() as name, serve(Path(name), workers=1) as server:
        for kind in (*ExportFormat.values, MANIFEST):
            figures += _measure(server, key, kind, count)
    return figures


def _measure(server: Server, key: str, kind: str, count: int) -> Iterator[Figure]:
    for _piece in _read(server, f"{_PATH}?format={kind}&until_code=1400", key):
        pass
    before = largest = server.memory_bytes()
    started = time.perf_counter()
    with ThreadPoolExecutor(1) as reader:
        # The file is made whole before it is sent: how large the process gets meanwhile is seen from beside.
        reading = reader.submit(lambda: sum(map(len, _read(server, f"{_PATH}?format={kind}", key))))
        while not reading.done():
            largest = max(largest, server.memory_bytes())
            time.sleep(0.05)
    seconds, received = time.perf_counter() - started, reading.result()
    yield Figure(f"{kind}: 1 秒あたりの行数", count / seconds, "行/s")
    yield Figure(f"{kind}: 大きさ", received / 1e6, "MB")
    yield Figure(f"{kind}: プロセスの増加（USS）", (largest - before) / 1e6, "MB")


def _read(server: Server, path: str, key: str) -> Iterator[bytes]:
    request = urllib.request.Request(server.base_url + path, headers={"X-API-Key": key})  # noqa: S310 our own server
    with urllib.request.urlopen(request) as answer:  # noqa: S310 likewise
        while piece := answer.read(_CHUNK):
            yield piece
