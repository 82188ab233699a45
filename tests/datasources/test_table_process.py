"""The process that reads files: what bounds it, and that nothing of it is left."""

import multiprocessing
import os
import random
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from datasources.errors import ListFileError
from datasources.jpx import table_process
from datasources.jpx.table import read_table
from tests.datasources.test_jpx_listing import ETF, KYOKUYO, csv_of, read
from tests.datasources.workbooks import legacy, modern
from tests.examples import so_many

WORDS = ("コード", "銘柄名")


def become(tmp_path: Path, script: str) -> str:
    """A program that takes the place of the interpreter."""
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(program)


def read_by(interpreter: str) -> None:
    """A file of more than a pipe holds: it is still being handed over when the process dies."""
    list(read_table(csv_of(*[KYOKUYO] * 5000), header=WORDS, interpreter=interpreter))


def outcome(content: bytes) -> str:
    try:
        return "read" if read(content).issues else "empty"
    except ListFileError:
        return "refused"


@pytest.mark.parametrize("make", [legacy, modern])
def test_damaged_workbooks_are_refused_or_read_and_nothing_dies_of_them(make: object) -> None:
    whole, children_before = make(), psutil.Process().children()  # type: ignore[operator]
    chance = random.Random(7203)
    cuts = so_many(in_each_run=8, in_proofs=50)
    cut = [whole[:length] for length in range(1, len(whole), len(whole) // cuts)]
    changed = []
    for _ in range(so_many(in_each_run=24, in_proofs=75)):
        damaged = bytearray(whole)
        for _ in range(chance.choice((1, 1, 4))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        changed.append(bytes(damaged))

    with ThreadPoolExecutor(4) as threads:
        outcomes = Counter(threads.map(outcome, [*cut, *changed]))

    assert set(outcomes) == {"read", "refused"}
    assert outcomes.total() == len(cut) + len(changed) >= so_many(in_each_run=32, in_proofs=125)
    assert [child for child in psutil.Process().children() if child not in children_before] == []


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_kernel_bounds_its_memory_and_its_time() -> None:
    command = [sys.executable, "-I", str(table_process.TABLE_PROGRAM), *WORDS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        deadline = time.monotonic() + 30
        # The bound of files is set after those of time and memory.
        while (limits := limits_of(process.pid))["Max file size"] != "0":
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.kill()

    assert limits["Max cpu time"] == "1"
    assert limits["Max address space"] == str(256 * 1024 * 1024)


def limits_of(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]
    return {line[:26].strip(): line[26:47].strip() for line in lines}


def test_it_gets_no_secret_and_none_of_our_files(tmp_path: Path) -> None:
    with (tmp_path / "kept open").open("w") as ours:
        os.set_inheritable(ours.fileno(), True)
        told = tmp_path / "told"
        program = become(tmp_path, f'env > {told}; ls -l /proc/self/fd >> {told}; echo \'{{"refused": "utf16"}}\'')

        with pytest.raises(ListFileError, match="UTF-16"):
            read_by(program)

    assert "DATABASE_URL" in os.environ
    assert "DATABASE_URL" not in told.read_text()
    assert "kept open" not in told.read_text()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("kill -KILL $$", "時間内に終わりません"),
        ("kill -XCPU $$", "時間内に終わりません"),
        ("kill -ABRT $$", "メモリーが足りません"),
        ("kill -SEGV $$", "壊れているか"),
        ("exit 1", "壊れているか"),
        ("cat > /dev/null; echo partly; exit 2", "壊れているか"),
    ],
)
def test_however_it_dies_the_file_is_refused_in_words(script: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(ListFileError, match=words):
        read_by(become(tmp_path, script))


def test_an_answer_without_end_is_cut_off(tmp_path: Path) -> None:
    with pytest.raises(ListFileError, match="時間内に終わりません"):
        read_by(become(tmp_path, "cat > /dev/null; exec yes"))


def test_where_no_process_can_be_started_the_reason_is_said() -> None:
    with pytest.raises(ListFileError, match="プロセスを起動できません"):
        read_by("/nonexistent/python")


def test_a_daemonic_process_can_read_too() -> None:
    """Celery's children are daemonic, which may have no children of `multiprocessing`."""
    context = multiprocessing.get_context("fork")
    child = context.Process(target=read_or_die, daemon=True)
    child.start()
    child.join(60)

    assert child.exitcode == 0


def read_or_die() -> None:
    assert len(read(legacy()).issues) == 2
    assert read(modern()) == read(csv_of(KYOKUYO, ETF))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks into /proc")
def test_nothing_is_left_open() -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208

    for content in (csv_of(KYOKUYO), legacy()[:3000], csv_of(KYOKUYO.replace("1301", ""))):
        outcome(content)

    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
