"""What a process holds of one generation: loaded where it is asked for, once for all threads."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from api.generations import Generations, read_generations
from companies.apps import COMPANIES

Held = TypeVar("Held")


@dataclass(frozen=True, slots=True)
class _OfGeneration(Generic[Held]):
    """`numbers` are of the snapshot that it was read in, `generation` is the published one it was read for."""

    numbers: Generations
    generation: str | None
    held: Held


class StillLoading(Exception):
    """Another thread has been loading it for longer than one waits."""


class HeldState(Generic[Held]):
    """The latest state that was asked for. Where there is another way to an answer, nobody waits longer than `longest_wait_seconds`."""

    def __init__(self, load: Callable[[], tuple[Generations, Held]], *, longest_wait_seconds: float = -1) -> None:
        self._load, self._longest_wait_seconds = load, longest_wait_seconds
        self._lock = threading.Lock()
        self._held: _OfGeneration[Held] | None = None

    def of(self, generation: str | None) -> Held:
        """What is of a generation that was published (`api.front.admission`), or of a later one.

        Without one, where the cache is away, the database says which it is. Loads it where this process does not hold it; one
        thread does so while the others wait. Raises `StillLoading` and `django.db.OperationalError`.
        """
        known = read_generations() if generation is None else None
        found = self._held
        if found is not None and _is_current(found, generation, known):
            return found.held
        if not self._lock.acquire(timeout=self._longest_wait_seconds):
            raise StillLoading
        try:
            found = self._held
            if found is None or not _is_current(found, generation, known):
                numbers, held = self._load()
                found = self._held = _OfGeneration(numbers, generation, held)
        finally:
            self._lock.release()
        return found.held

    def at_hand(self, generation: str) -> Held | None:
        """The same where this process holds it."""
        found = self._held
        return found.held if found is not None and _is_current(found, generation, None) else None


def _is_current(found: _OfGeneration[Held], generation: str | None, known: Generations | None) -> bool:
    if generation is None or known is not None:
        return known is not None and found.numbers.of(COMPANIES) == known.of(COMPANIES)
    companies, _, masters = generation.partition(".")
    is_newer = found.numbers.companies >= int(companies) and found.numbers.masters >= int(masters)
    return is_newer or found.generation == generation
