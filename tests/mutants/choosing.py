"""Which faults a run plants: `core`, a `sample` of the others, or those whose name has a word in it; all where nothing is said."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

from tests.mutants.mutant import Mutant

_CORE_FILE = Path(__file__).with_name("core.txt")
#: As many as take about a minute and a half on two cores: what a pipeline spares for them.
SAMPLE_SIZE = 6


def choose(mutants: Sequence[Mutant], wanted: Sequence[str], today: date) -> list[Mutant]:
    """In the order given. `sample` is of the day, so that every fault has its turn; `sample=2026-11-27` is the sample of that day."""
    if not wanted:
        return list(mutants)
    core = set(core_names())
    chosen: set[str] = set()
    for word in wanted:
        name, _, day = word.partition("=")
        if name == "sample":
            others = [mutant.name for mutant in mutants if mutant.name not in core]
            chosen |= set(sample(others, date.fromisoformat(day) if day else today))
        else:
            chosen |= core if word == "core" else {mutant.name for mutant in mutants if word in mutant.name}
    return [mutant for mutant in mutants if mutant.name in chosen]


def core_names() -> list[str]:
    """Of the faults that every release is tried on."""
    lines = _CORE_FILE.read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def sample(names: Sequence[str], day: date) -> list[str]:
    """Six other ones each day: in an order that is nobody's, the next six where yesterday's ended, and from the start again."""
    shuffled = sorted(names, key=lambda name: sha256(name.encode()).digest())
    first = day.toordinal() * SAMPLE_SIZE
    return [shuffled[(first + place) % len(shuffled)] for place in range(min(SAMPLE_SIZE, len(shuffled)))]
