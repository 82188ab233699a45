"""What can be wrong with a file of identifiers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a field of a line, in words, with what to do. `line` is `None` where it is about the whole file."""

    line: int | None
    field: str
    words: str


class IdentifiersRefused(Exception):
    """The file cannot be read, or rows of it cannot be right. Nothing was written."""

    def __init__(self, faults: list[RowFault]) -> None:
        super().__init__(faults)
        self.faults = faults
