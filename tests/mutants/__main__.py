"""Plants each fault in a copy of the project and runs the test that has to notice: `make mutants [ARGS="ledger"]`."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.mutants.mutant import Mutant, list_mutants
from tests.project_copy import copy_project

#: A fault may also hang what it breaks.
_LONGEST_SECONDS = 180
_TESTS_FAILED = 1


def main(wanted: list[str]) -> int:
    """0 where every fault was noticed, by tests that pass without it."""
    mutants = [mutant for mutant in list_mutants() if not wanted or any(word in mutant.name for word in wanted)]
    survivors = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as temporary:
        copy = copy_project(Path(temporary))
        if _run_tests(copy, sorted({test for mutant in mutants for test in mutant.tests})) != 0:
            print("BROKEN: these tests fail without any fault; what is wrong with them says make test")
            return 1
        for mutant in mutants:
            started = time.monotonic()
            mutant.apply(copy)
            verdict = _judge(copy, mutant)
            mutant.apply(copy, "--reverse")
            print(f"{verdict:9} {time.monotonic() - started:5.0f} s  {mutant.name}: {mutant.fault}", flush=True)
            survivors += [mutant.name] if verdict != "caught" else []
    print(
        f"{len(mutants) - len(survivors)} of {len(mutants)} caught" + "".join(f"\n  not: {name}" for name in survivors)
    )
    return 1 if survivors else 0


def _judge(directory: Path, mutant: Mutant) -> str:
    try:
        code = _run_tests(directory, mutant.tests, longest_seconds=_LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        return "caught"
    return "caught" if code == _TESTS_FAILED else "SURVIVED" if code == 0 else "BROKEN"


def _run_tests(directory: Path, tests: list[str], *, longest_seconds: float | None = None) -> int:
    # In a database made anew: a fault may be in a migration, and tests that commit leave one without the rows of migrations.
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--create-db", *tests]
    return subprocess.run(
        command, cwd=directory, env={**os.environ, "LAW_EXAMPLES": "2"}, check=False, capture_output=True, timeout=longest_seconds
    ).returncode  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
