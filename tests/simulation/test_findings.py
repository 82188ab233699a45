"""What is wrong is printed, made small, and seen by whoever asks for the exit code alone."""

import subprocess
import sys
from pathlib import Path

from tests.simulation.playing import PROJECT, needs_clock, write_plan

#: No clock shows it, so that it fails wherever it stands, and all others are left out.
_FAILING = "clock 25 0"


@needs_clock
def test_a_plan_that_fails_is_printed_made_small_and_told_by_the_exit_code(tmp_path: Path) -> None:
    plan = write_plan(tmp_path / "plan", f"clock 17 46 / wait 3 / {_FAILING} / wait 4")
    command = [sys.executable, "-m", "tests.simulation", "--seed", "7", *plan]

    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)

    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.splitlines()[0] == "SEED=7"
    assert f"FAILED seed 7, step 3 ({_FAILING}): ValueError: " in done.stdout
    # As `tests/simulation/test_regressions.py` takes it.
    assert done.stdout.endswith(f"    # ValueError\n    (7, {_FAILING!r}),\n")
