"""Plants each fault in a copy of the project and runs the test that has to notice: `make mutants [ARGS="ledger"]`."""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.mutants.mutant import PROJECT, Mutant, list_mutants

#: A fault may also hang what it breaks.
_LONGEST_SECONDS = 180
_TESTS_FAILED = 1


def main(wanted: list[str]) -> int:
    """0 where every fault was noticed."""
    mutants = [mutant for mutant in list_mutants() if not wanted or any(word in mutant.name for word in wanted)]
    survivors = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as temporary:
        copy = _copy_project(Path(temporary))
        for mutant in mutants:
            started = time.monotonic()
            mutant.apply(copy)
            verdict = _run_tests(copy, mutant)
            mutant.apply(copy, "--reverse")
            print(f"{verdict:9} {time.monotonic() - started:5.0f} s  {mutant.name}: {mutant.fault}", flush=True)
            survivors += [mutant.name] if verdict != "caught" else []
    print(
        f"{len(mutants) - len(survivors)} of {len(mutants)} caught" + "".join(f"\n  not: {name}" for name in survivors)
    )
    return 1 if survivors else 0


def _copy_project(directory: Path) -> Path:
    copy = directory / "project"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, tracked.split("\0")):
        if (PROJECT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, copy / name)
    # `git apply` follows the paths of a patch only from the top of a repository.
    subprocess.run(["git", "init", "--quiet", str(copy)], check=True)
    return copy


def _run_tests(directory: Path, mutant: Mutant) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--reuse-db", *mutant.tests]
    try:
        code = subprocess.run(
            command, cwd=directory, check=False, capture_output=True, timeout=_LONGEST_SECONDS
        ).returncode
    except subprocess.TimeoutExpired:
        return "caught"
    return "caught" if code == _TESTS_FAILED else "SURVIVED" if code == 0 else "BROKEN"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
