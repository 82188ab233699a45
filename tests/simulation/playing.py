"""Playing a simulation from a test: a program of its own, because its clock is one that no test has."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
#: Of steps in a line, as a failure prints them.
BETWEEN_STEPS = " / "


needs_clock = pytest.mark.skipif(
    shutil.which("cc") is None or sys.platform != "linux", reason="the simulated clock needs Linux and a C compiler"
)


def assert_all_laws_hold(*arguments: str) -> None:
    """Or the test fails with what the simulation said."""
    command = [sys.executable, "-m", "tests.simulation", "--no-shrink", "--verbose", *arguments]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]


def write_plan(path: Path, steps: str) -> Sequence[str]:
    """The arguments that play the steps."""
    path.write_text(steps.replace(BETWEEN_STEPS, "\n"))
    return ["--plan", str(path)]
