"""What a consumer gets from a web process over HTTP, and what the process holds for it: the feed from 0 to the head, and the whole history as files."""

import json
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.long_life.costs import Cost
from tests.server import Server, serve

FEED, FEED_BEGIN, FEED_END = (
    "フィード（0 から最後まで）",
    "フィードの最初の 1 割、1 ページ",
    "フィードの最後の 1 割、1 ページ",
)
EXPORTS = {kind: f"全履歴のファイル（{kind}）" for kind in ("csv", "parquet")}
MEMORY_BEGUN, MEMORY = "ウェブの 1 プロセス（起動直後）", "ウェブの 1 プロセス（すべての後）"
_CHUNK, _TENTH = 1 << 20, 10


def measure_serving(key: str) -> Iterator[tuple[str, Cost]]:
    """By what was asked for; the process is begun anew for it."""
    with tempfile.TemporaryDirectory() as name, serve(Path(name), workers=1) as server:
        yield MEMORY_BEGUN, Cost(0.0, memory=server.memory_bytes())
        yield from _follow_feed(server, key)
        for kind, what in EXPORTS.items():
            yield what, _read_file(server, key, kind)
        yield MEMORY, Cost(0.0, memory=server.memory_bytes())


def _follow_feed(server: Server, key: str) -> Iterator[tuple[str, Cost]]:
    """As a consumer that begins: as many rows a page as it gets without asking for more."""
    seconds, sizes, after, largest = list[float](), list[int](), "0", 0
    while True:
        started = time.perf_counter()
        body = b"".join(_read(server, f"/api/v1/feed?after={after}", key))
        page = json.loads(body)
        if not page["revisions"]:
            break
        seconds.append(time.perf_counter() - started)
        sizes.append(len(body))
        after = page["next"]
        largest = max(largest, server.memory_bytes()) if len(sizes) % _TENTH == 1 else largest
    tenth = max(1, len(seconds) // _TENTH)
    yield FEED, Cost(sum(seconds), rows=len(seconds), size=sum(sizes), memory=largest)
    # The first has the whole first list.
    yield FEED_BEGIN, Cost(_mean(seconds[1 : tenth + 1] or seconds), size=round(_mean(sizes[1 : tenth + 1] or sizes)))
    yield FEED_END, Cost(_mean(seconds[-tenth - 1 : -1] or seconds), size=round(_mean(sizes[-tenth - 1 : -1] or sizes)))


def _mean(values: list[float] | list[int]) -> float:
    return sum(values) / len(values)


def _read_file(server: Server, key: str, kind: str) -> Cost:
    largest, started = 0, time.perf_counter()
    with ThreadPoolExecutor(1) as reader:
        path = f"/api/v1/companies/history/export?format={kind}"
        reading = reader.submit(lambda: sum(map(len, _read(server, path, key))))
        while not reading.done():
            largest = max(largest, server.memory_bytes())
            time.sleep(0.05)
    return Cost(time.perf_counter() - started, size=reading.result(), memory=largest)


def _read(server: Server, path: str, key: str) -> Iterator[bytes]:
    request = urllib.request.Request(server.base_url + path, headers={"X-API-Key": key})  # noqa: S310 our own server
    with urllib.request.urlopen(request, timeout=600) as answer:  # noqa: S310 likewise
        while piece := answer.read(_CHUNK):
            yield piece
