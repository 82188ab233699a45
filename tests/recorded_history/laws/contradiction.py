"""Two operations that cannot both have happened."""

from dataclasses import dataclass

from tests.recorded_history.history import Operation


@dataclass(frozen=True, slots=True)
class Contradiction:
    """By which law."""

    law: str
    first: Operation
    second: Operation

    def __str__(self) -> str:
        return f"{self.law}:\n  {self.first}\n  {self.second}"
