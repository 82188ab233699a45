"""A damaged file of counters costs what it held, and nothing else."""

import os
import random
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from operations.counter_files import CountedTogether, set_aside_damaged

COUNT = """
import sys
from prometheus_client import Counter, Histogram
requests = Counter("requests", "Requests", ["path"])
seconds = Histogram("seconds", "Seconds")
for _ in range(int(sys.argv[1])):
    requests.labels("/a").inc()
    seconds.observe(0.2)
"""


class Counted(NamedTuple):
    """What a process left that counted so many times, and has ended."""

    directory: Path
    process: int

    def copy_to(self, directory: Path) -> None:
        shutil.copytree(self.directory, directory, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def thrice(tmp_path_factory: pytest.TempPathFactory) -> Counted:
    """A process for all tests, each of which takes a copy of its files."""
    return count(tmp_path_factory.mktemp("thrice"), 3)


@pytest.fixture(scope="module")
def four_times(tmp_path_factory: pytest.TempPathFactory) -> Counted:
    """Another process."""
    return count(tmp_path_factory.mktemp("four"), 4)


def count(directory: Path, times: int) -> Counted:
    """Let a process count."""
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(directory)}
    process = subprocess.Popen([sys.executable, "-c", COUNT, str(times)], env=environment)
    assert process.wait(30) == 0
    return Counted(directory, process.pid)


def read(directory: Path) -> dict[str, float]:
    registry = CollectorRegistry()
    registry.register(CountedTogether(directory))
    families = text_string_to_metric_families(generate_latest(registry).decode())
    return {sample.name: sample.value for family in families for sample in family.samples if "le" not in sample.labels}


def entry(key: bytes) -> bytes:
    padded = key + b" " * (8 - (len(key) + 4) % 8)
    return struct.pack(f"i{len(padded)}sdd", len(key), padded, 1.0, 0.0)


def file_with(*entries: bytes) -> bytes:
    content = b"".join(entries)
    return struct.pack("ii", 8 + len(content), 0) + content


DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda whole: whole[:50],
    "other bytes": lambda _whole: random.Random(7203).randbytes(4096),
    "a negative use": lambda whole: struct.pack("i", -1) + whole[4:],
    "a use that ends in the head": lambda whole: struct.pack("i", 3) + whole[4:],
    "text": lambda _whole: b"nothing of the kind\n" * 300,
    "a length beyond the end": lambda whole: struct.pack("i", 1 << 30) + whole[4:],
    "a negative length": lambda whole: whole[:8] + struct.pack("i", -5) + whole[12:],
    "a length that leads back": lambda whole: whole[:8] + struct.pack("i", -24) + whole[12:],
    "a key that is no JSON": lambda _whole: file_with(entry(b"xxxx")),
    "a key of other parts": lambda _whole: file_with(entry(b'{"a": 1}')),
    "a name that no scraper reads": lambda _whole: file_with(entry(b'["a b", "a b", {}, "help"]')),
    "labels that are none": lambda _whole: file_with(entry(b'["a", "a_total", ["x"], "help"]')),
    "help that is no text": lambda _whole: file_with(entry(b'["a", "a_total", {}, null]')),
    "a bucket that is no number": lambda _whole: file_with(entry(b'["a", "a_bucket", {"le": "x"}, "help"]')),
}


@pytest.mark.parametrize("kind", ["counter", "histogram"])
@pytest.mark.parametrize("damage", DAMAGED)
def test_the_rest_is_still_told(tmp_path: Path, thrice: Counted, four_times: Counted, damage: str, kind: str) -> None:
    thrice.copy_to(tmp_path)
    four_times.copy_to(tmp_path)
    broken = tmp_path / f"{kind}_{four_times.process}.db"
    broken.write_bytes(DAMAGED[damage](broken.read_bytes()))

    started = time.monotonic()
    found = read(tmp_path)

    assert found["requests_total"] == (3 if kind == "counter" else 7)
    assert found["seconds_count"] == (7 if kind == "counter" else 3)
    assert found["metrics_files_damaged"] == 1
    assert time.monotonic() - started < 10


def test_files_that_are_none_of_ours_are_left_out_too(tmp_path: Path, thrice: Counted) -> None:
    thrice.copy_to(tmp_path)
    (tmp_path / "x.db").write_bytes(b"")
    (tmp_path / "notes.db").write_text("notes")
    (tmp_path / "gauge_1.db").write_text("gauge")
    (tmp_path / "counter_1.db").mkdir()

    found = read(tmp_path)

    assert (found["requests_total"], found["metrics_files_damaged"]) == (3, 3)


def test_all_sound_is_said_too(tmp_path: Path, thrice: Counted) -> None:
    thrice.copy_to(tmp_path)

    assert read(tmp_path)["metrics_files_damaged"] == 0


def test_a_process_starts_where_one_with_its_number_left_a_damaged_file(tmp_path: Path) -> None:
    (tmp_path / f"counter_{os.getpid()}.db").write_bytes(b"damaged")
    living = tmp_path / f"counter_{os.getppid()}.db"
    living.write_bytes(b"damaged")

    set_aside_damaged(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *sorted([f"counter_{os.getpid()}.db.damaged", living.name])
    ]
