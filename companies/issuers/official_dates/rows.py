"""What a source tells of official days, whoever read it. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class OfficialDay:
    """One day of one code: `kind` is of `OfficialDateKind`. `None`: the source does not say.

    Of a listing it is the first day traded, of a delisting the first day that is not.
    """

    code: str
    kind: str
    official_on: date
    reason: str | None = None
    announced_on: date | None = None
    company_name: str | None = None
    market: str | None = None

    @property
    def key(self) -> tuple[str, str, date]:
        """What there is one of."""
        return self.code, self.kind, self.official_on


@dataclass(frozen=True, slots=True)
class Coverage:
    """A source tells all days of a kind from `first_on` to `last_on`: what it told of these and tells no more is taken back."""

    kind: str
    first_on: date
    last_on: date

    def has(self, day: OfficialDay) -> bool:
        """Whether the source would have to tell it."""
        return day.kind == self.kind and self.first_on <= day.official_on <= self.last_on
