"""A cluster of PostgreSQL with all migrations, kept between simulations: making it takes longer than most plans."""

import hashlib
import os
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
#: What a migrated database follows from: migrations, what they take views from, and the versions of Django and PostgreSQL.
_SOURCES = (
    "*/migrations/*.py",
    "*/*/migrations/*.py",
    "companies/events/*.py",
    "companies/known/*.py",
    "requirements.txt",
)


class KeptCluster:
    """Below `directory`, by what it follows from: another migration, another cluster. Whoever comes first makes it."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "simulation" / _fingerprint()

    def copy_to(self, data: Path) -> bool:
        """Whether there is one; `data` is the directory that PostgreSQL is then started on."""
        if not self._path.exists():
            return False
        _copy(self._path, data)
        return True

    def keep(self, data: Path) -> None:
        """What is there, of a server that was stopped; in place of all that were kept."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._path.with_name(f"unfinished-{os.getpid()}")
        _copy(data, unfinished)
        for path in self._path.parent.iterdir():
            if path not in {self._path, unfinished} and not path.name.startswith("unfinished-"):
                subprocess.run(["rm", "-rf", path], check=True)
        try:
            unfinished.rename(self._path)
        except OSError:
            # Another simulation was faster.
            subprocess.run(["rm", "-rf", unfinished], check=True)


def _copy(source: Path, target: Path) -> None:
    """With owners, because PostgreSQL may run as another user."""
    subprocess.run(["cp", "-a", source, target], check=True)


def _fingerprint() -> str:
    found = hashlib.sha256()
    for path in sorted(path for pattern in _SOURCES for path in PROJECT.glob(pattern)):
        found.update(f"{path.relative_to(PROJECT)}\0".encode() + path.read_bytes())
    return found.hexdigest()[:16]
