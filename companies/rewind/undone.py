"""What is undone, in numbers."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Undone:
    """Of a ledger that went back from the revision `newest` to `revision`, which was recorded at `recorded_at` and shows companies as of
    `day` (`None`: as of the newest list).

    `lists` and `issuer_lists` are those that came after it and are gone, `withdrawals` those that were taken back after it and hold again
    or may. `versions_gone` were recorded after it, `versions_back` taken back after it; `facts_gone` and `facts_back` are likewise those
    beside the lists (who stands behind a company, official days, identifiers, successions).
    """

    revision: int
    newest: int
    recorded_at: datetime
    day: date | None
    lists: int
    issuer_lists: int
    withdrawals: int
    versions_gone: int
    versions_back: int
    companies_gone: int
    companies_back: int
    facts_gone: int
    facts_back: int
    decisions: int

    @property
    def revisions(self) -> int:
        return self.newest - self.revision
