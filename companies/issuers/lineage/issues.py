"""The issues that went or came, as the rules compare them. Pure."""

from dataclasses import dataclass
from datetime import date

from companies.issuers.lineage.names import Spelling


@dataclass(frozen=True, slots=True)
class IssuerFacts:
    """Who stood behind an issue, by the lists of issuers that give it the code: `listed_on`. Its names, addresses and fiscal year
    end are of the last of them where the issue went and of the first where it came: later a subsidiary moves in with others.
    """

    edinet_code: str
    spellings: tuple[Spelling, ...] = ()
    addresses: tuple[str, ...] = ()
    fiscal_year_end: str | None = None
    filed_since: date | None = None
    listed_on: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue that went, as it was last, or one that came, as it was first: on a day from `earliest` to `latest`."""

    code: str
    name: str
    spellings: tuple[Spelling, ...]
    earliest: date
    latest: date
    is_official: bool = False
    market_code: str | None = None
    sector33_code: str | None = None
    sector17_code: str | None = None
    issuer: IssuerFacts | None = None

    @property
    def all_spellings(self) -> tuple[Spelling, ...]:
        """Of the list and of the issuer."""
        return self.spellings + (self.issuer.spellings if self.issuer else ())

    @property
    def addresses(self) -> tuple[str, ...]:
        """Of the issuer."""
        return self.issuer.addresses if self.issuer else ()


def gap_days(gone: Issue, came: Issue) -> tuple[int, int]:
    """The least and the most days from going to coming; who is replaced goes first."""
    return max((came.earliest - gone.latest).days, 0), (came.latest - gone.earliest).days
