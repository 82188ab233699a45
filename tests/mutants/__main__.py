"""Plants each fault in a copy of the project and runs the test that has to notice: `make mutants [ARGS="core"]`, `ARGS="ledger"`."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tests.mutants.choosing import choose
from tests.mutants.mutant import Mutant, list_mutants
from tests.project_copy import copy_project

#: Who plants a fault by hand waits no longer for the answer, and a test that hangs tells nobody why.
_LONGEST_SECONDS = 60
#: A fault may also hang what it breaks.
_GIVES_UP_AFTER_SECONDS = 180
_TESTS_FAILED = 1


class Outcome(NamedTuple):
    """How a run of tests ended; without a `code` it was given up."""

    code: int | None
    output: str
    seconds: float


@dataclass(slots=True)
class _Database:
    """That of the tests, kept from fault to fault: making it takes longer than most tests. It is made anew where a fault is in
    what makes it, after that one, and after tests that were killed.
    """

    is_as_made: bool = True

    def has_to_be_made_for(self, mutant: Mutant) -> bool:
        """Before its tests begin."""
        return mutant.is_in_the_database or not self.is_as_made


def main(wanted: list[str]) -> int:
    """0 where every fault was noticed in time, by tests that pass without it."""
    mutants = choose(list_mutants(), wanted, datetime.now(UTC).date())
    if not mutants:
        print(f"no fault has a name with {' or '.join(wanted)} in it")
        return 1
    others: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="mutants-") as temporary:
        copy = copy_project(Path(temporary))
        whole = _run_tests(copy, sorted({test for mutant in mutants for test in mutant.tests}), "--create-db")
        failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", whole.output, re.MULTILINE)
        print(f"without any fault: {'pass' if whole.code == 0 else 'FAIL'}, {whole.seconds:.0f} s", *failed, sep="\n  ")
        database = _Database()
        for mutant in mutants:
            is_broken = whole.code != 0 and (not failed or _has(mutant, failed))
            verdict, seconds = _try(copy, mutant, database, is_broken=is_broken)
            print(f"{verdict:9} {seconds:5.0f} s  {mutant.name}: {mutant.fault}", flush=True)
            others |= {mutant.name: verdict} if verdict != "caught" else {}
    print(f"{len(mutants) - len(others)} of {len(mutants)} caught")
    print(*(f"  {verdict}: {name}" for name, verdict in others.items()), sep="\n", end="\n" if others else "")
    return 1 if others else 0


def _has(mutant: Mutant, failed: list[str]) -> bool:
    return any(found.partition("[")[0].startswith(test.partition("[")[0]) for found in failed for test in mutant.tests)


def _try(directory: Path, mutant: Mutant, database: _Database, *, is_broken: bool) -> tuple[str, float]:
    """The verdict, and after how long. `is_broken`: its tests fail without it, so that they tell nothing of it."""
    if is_broken:
        return "BROKEN", 0
    mutant.apply(directory)
    if database.has_to_be_made_for(mutant):
        # Does not count: who plants a fault by hand has one already, and on a busy machine making it alone takes a minute.
        _run_tests(directory, mutant.tests, "--create-db", "--setup-only", gives_up_after=_GIVES_UP_AFTER_SECONDS)
    outcome = _run_tests(directory, mutant.tests, "-x", gives_up_after=_GIVES_UP_AFTER_SECONDS)
    database.is_as_made = outcome.code is not None and not mutant.is_in_the_database
    mutant.apply(directory, "--reverse")
    return _judge(outcome), outcome.seconds


def _judge(outcome: Outcome) -> str:
    if outcome.code == 0:
        return "SURVIVED"
    if outcome.code not in {None, _TESTS_FAILED}:
        return "BROKEN"
    return "caught" if outcome.seconds <= _LONGEST_SECONDS else "SLOW"


def _run_tests(directory: Path, tests: list[str], *options: str, gives_up_after: float | None = None) -> Outcome:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--reuse-db", *options, *tests]
    began = time.monotonic()
    process = subprocess.Popen(
        command, cwd=directory, env={**os.environ, "LAW_EXAMPLES": "2"}, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        output, _ = process.communicate(timeout=gives_up_after)
        return Outcome(process.returncode, output, time.monotonic() - began)
    except subprocess.TimeoutExpired:
        return Outcome(None, "", time.monotonic() - began)
    finally:
        # With what the tests had started: servers that outlive them hold on to the database.
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
