"""Successions that lists of issuers tell by themselves: one issuer under two codes, and one code of two issuers. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from companies.issuers.lineage.issues import Issue
from companies.issuers.lineage.rules import Proposal

#: The exchange gives a code to no other business, but who stands behind it may have to be told by a person.
_SAME_CODE = 0.95


@dataclass(frozen=True, slots=True)
class Filing:
    """That an issuer filed under a code, from the list of a day on."""

    code: str
    edinet_code: str
    since: date


def propose_from_filings(filings: Sequence[Filing], came: Mapping[str, Issue]) -> Iterator[Proposal]:
    """`filings` in the order of their days; `came` are the issues that came, by code, whose list tells the day better."""
    by_issuer, by_code = defaultdict[str, list[Filing]](list), defaultdict[str, list[Filing]](list)
    for filing in filings:
        by_issuer[filing.edinet_code].append(filing)
        by_code[filing.code].append(filing)
    for before, after in _changes(by_issuer.values()):
        if before.code != after.code:
            yield _proposal(before, after, came, kind="other_code", confidence=1, rule="same_issuer")
    for before, after in _changes(by_code.values()):
        if before.edinet_code != after.edinet_code:
            yield _proposal(before, after, came, kind="new_legal_person", confidence=_SAME_CODE, rule="same_code")


def _changes(rows: Iterable[Sequence[Filing]]) -> Iterator[tuple[Filing, Filing]]:
    for filings in rows:
        yield from pairwise(filings)


def _proposal(
    before: Filing, after: Filing, came: Mapping[str, Issue], *, kind: str, confidence: float, rule: str
) -> Proposal:
    issue = came.get(after.code)
    evidence = {
        "rule": rule,
        "before": {"code": before.code, "edinet_code": before.edinet_code, "since": before.since.isoformat()},
        "after": {"code": after.code, "edinet_code": after.edinet_code, "since": after.since.isoformat()},
    }
    # A list of issues tells the day better, where the code came with the other filing, and not long before it.
    day = issue.latest if issue is not None and before.since < issue.latest else after.since
    return Proposal(before.code, after.code, day, kind, confidence, evidence)
