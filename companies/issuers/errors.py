"""What can go wrong with lists of issuers, each error naming the fact."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class IssuerListRefused(Exception):
    """The rows cannot be, or are too unlikely to be, EDINET's code list of that day. Nothing was written.

    `reason` is a stable word (`empty`, `duplicate_edinet_code`, `duplicate_securities_code`, `unusable_row`, `too_few_filers`,
    `too_few_known_filers`, `too_few_codes`, `too_few_companies`), `details` the figures and a sample;
    `companies.issuers.refusal_wording` says it to people. Only a list that is merely unlikely `can_be_forced`.
    """

    reason: str
    details: dict[str, Any] = field(default_factory=dict)
    can_be_forced: bool = False

    def __str__(self) -> str:
        return f"{self.reason} {self.details}"


@dataclass(eq=False)
class IssuerListNotFound(Exception):
    """There is no list of issuers of that number."""

    list_id: int

    def __str__(self) -> str:
        return str(self.list_id)
