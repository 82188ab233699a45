"""The recipe by which a field is added, followed in a copy of the project."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.project_copy import copy_project
from tests.toy_field.addition import add_trading_unit

#: Those that the recipe names, whichever the next numbers are.
TOUCHED = {
    "companies/choices.py", "companies/events/view/listing_events_N.sql", "companies/fields.py", "companies/listed_issue.py",
    "companies/migrations/N_trading_unit.py", "companies/states.py", "datasources/jquants/listing.py",
}  # fmt: skip


def run(project: Path, *command: str | Path) -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(project.parent),
        "MEIGARA_LOCAL_DIR": str(project.parent / "local"),
    }
    done = subprocess.run(command, cwd=project, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    return done.stdout


def test_a_field_is_added_in_seven_files_and_is_everywhere(tmp_path: Path) -> None:
    project = copy_project(tmp_path)
    run(project, "git", "add", "--all")
    add_trading_unit(project)
    run(project, "git", "add", "--intent-to-add", "companies")

    touched = run(project, "git", "diff", "--name-only").split()
    assert sorted(re.sub(r"\d+", "N", name) for name in touched) == sorted(TOUCHED)
    assert "9 passed" in run(
        project, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/toy_field/check_trading_unit.py"
    )
