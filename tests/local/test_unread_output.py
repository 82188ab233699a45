"""Who reads what `make run` prints may go first: `make run | head`, or a `tee` that the same Ctrl-C ends."""

import signal
import subprocess
import sys

import psutil
import pytest

from tests.local.stack import PROJECT, family_of, name_of, still_running, wait_for

TALKING = """
from local.supervision import RestartingManager
manager = RestartingManager()
manager.add_process("talking", "exec sh -c 'while echo still here; do sleep 0.1; done'")
manager.add_process("silent", "exec sleep 600")
manager.loop()
"""
SILENT = """
from local.supervision import RestartingManager
manager = RestartingManager()
manager.add_process("first", "echo ready; exec sleep 600")
manager.add_process("second", "exec sleep 600")
manager.loop()
"""


def supervise(program: str, until: str) -> tuple[subprocess.Popen[str], list[psutil.Process]]:
    """A supervisor that has said that much, and whatever it has started by then."""
    process = subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    while until not in process.stdout.readline():
        pass
    wait_for(lambda: "sleep" in {name_of(one) for one in family_of(psutil.Process(process.pid))})
    return process, family_of(psutil.Process(process.pid))


def test_where_nobody_reads_any_more_everything_ends_as_with_a_closed_terminal() -> None:
    process, everything = supervise(TALKING, until="still here")
    assert process.stdout is not None

    process.stdout.close()

    wait_for(lambda: still_running(everything) == [])


def test_whoever_is_told_to_end_before_all_have_started_ends_with_all_of_them() -> None:
    program = SILENT.replace(
        "manager.loop()",
        "import signal; manager._start, begin = lambda: (begin(), signal.raise_signal(15)), manager._start\nmanager.loop()",
    )
    process = subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT, stdout=subprocess.DEVNULL)

    assert process.wait(60) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_is_told_to_end_ends_though_nobody_reads_it(number: signal.Signals) -> None:
    process, everything = supervise(SILENT, until="ready")
    assert process.stdout is not None
    process.stdout.close()

    process.send_signal(number)

    wait_for(lambda: still_running(everything) == [])
