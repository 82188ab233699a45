"""What can go wrong with official days, each error naming the fact."""

from dataclasses import dataclass
from datetime import date


@dataclass(eq=False)
class OfficialDayTwice(Exception):
    """One source tells the same day of a code twice, and not the same of it."""

    code: str
    official_on: date

    def __str__(self) -> str:
        return f"{self.code} {self.official_on}"


@dataclass(eq=False)
class OfficialDatesHeld(Exception):
    """A page that should be complete has too little of what it had: it may be cut. Nothing was written; a person may force it."""

    known: int
    missing: int

    def __str__(self) -> str:
        return f"{self.missing} of {self.known} are missing"


@dataclass(eq=False)
class DifferenceNotFound(Exception):
    """Official days and lists do not differ in this, or nobody accepted it."""

    key: str

    def __str__(self) -> str:
        return self.key


@dataclass(eq=False)
class AcceptanceIncomplete(Exception):
    """A difference is accepted for a reason and by somebody."""


@dataclass(eq=False)
class ExplanationFault(Exception):
    """A row of the file of explanations cannot be used; `reason` is for people, with the remedy."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"
