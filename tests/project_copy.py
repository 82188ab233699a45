"""A copy of the project, for who changes it to see what follows."""

import shutil
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def copy_project(directory: Path) -> Path:
    """What is tracked, as it is in the work tree, in a repository of its own below `directory`."""
    copy = directory / "project"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, tracked.split("\0")):
        if (PROJECT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, copy / name)
    # `git apply` follows the paths of a patch only from the top of a repository.
    subprocess.run(["git", "init", "--quiet", str(copy)], check=True)
    return copy
