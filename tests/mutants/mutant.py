"""A planted fault: a patch of the product that a named test has to notice.

The head of the file, ahead of the patch:

    Fault: what the product does wrong with it, in a sentence
    Caught by: tests/companies/test_x.py::test_rule another::test
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
_FAULT, _CAUGHT_BY = "Fault: ", "Caught by: "
#: Migrations, and the SQL of views that they take from elsewhere: a database that is there already does not have what changes in these.
_MAKE_THE_DATABASE = ("/migrations/", "companies/events/view/", "companies/known/views.py")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One patch file; `name` is `area/fault`."""

    path: Path
    fault: str
    tests: list[str]

    @property
    def name(self) -> str:
        """How it is called on the command line."""
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def is_in_the_database(self) -> bool:
        """Then it is felt only in one that is made with it."""
        patch = self.path.read_text().partition("diff --git ")[2]
        return any(place in patch for place in _MAKE_THE_DATABASE)

    def apply(self, directory: Path, *options: str) -> None:
        """Patch the tree below `directory`. Raises `CalledProcessError` where the product has changed since."""
        command = ["git", "apply", "--whitespace=nowarn", *options, str(self.path)]
        subprocess.run(command, cwd=directory, check=True, capture_output=True)


def list_mutants() -> list[Mutant]:
    """All of them, by name."""
    return sorted(map(_read, Path(__file__).parent.glob("*/*.patch")), key=lambda mutant: mutant.name)


def _read(path: Path) -> Mutant:
    head = path.read_text().partition("diff --git ")[0].splitlines()
    fault = next(line.removeprefix(_FAULT) for line in head if line.startswith(_FAULT))
    tests = next(line.removeprefix(_CAUGHT_BY) for line in head if line.startswith(_CAUGHT_BY))
    return Mutant(path, fault, tests.split())
