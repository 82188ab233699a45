"""Which issue came after which: proposals from the issues that went and those that came. Pure.

Each pair within reach is weighed (`companies.issuers.lineage.signals`); an issue that goes has one successor at most, so that the
candidates for one share what is likely, and the more issues came the less each of them is. Several may have the same successor.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from math import prod
from typing import Any

from companies.issuers.lineage.addresses import city
from companies.issuers.lineage.candidates import find_candidates
from companies.issuers.lineage.commonness import Commonness
from companies.issuers.lineage.issues import Issue
from companies.issuers.lineage.signals import LONGEST_GAP_DAYS, Signal, Weighed, weigh

#: Of the issues that went from 2017 to 2026 one in eight had a successor.
SHARE_WITH_SUCCESSOR = 0.125
#: One successor in four had more than one predecessor.
SHARE_WITH_PARTNER = 0.25
#: As if at least so many had gone together: at the end of a business year several go on one day without going anywhere.
_FEWEST_TOGETHER = 10
#: Below this nothing is proposed; from `HIGH` on a person would be surprised if it were wrong.
PROPOSED, LIKELY, HIGH = 0.3, 0.5, 0.9
#: No rule is certain of what it only compares.
_SUREST = 0.995


@dataclass(frozen=True, slots=True)
class Proposal:
    """That `successor` came after `predecessor` (codes) on the list of a day; the kind is one of `SuccessionKind`."""

    predecessor: str
    successor: str
    day: date
    kind: str
    confidence: float
    evidence: dict[str, Any]


def propose(gone: Sequence[Issue], came: Sequence[Issue]) -> Iterator[Proposal]:
    """By successor. Issues of one code are no pair."""
    weigher = _Weigher(gone, came)
    leading: dict[str, Proposal] = {}
    for issue in gone:
        for proposal in weigher.of_going(issue):
            before = leading.get(proposal.successor)
            if before is None or before.confidence < proposal.confidence:
                leading[proposal.successor] = proposal
    found = {(one.predecessor, one.successor): one for one in leading.values()}
    found |= {(one.predecessor, one.successor): one for one in weigher.joining(leading)}
    together = Counter(successor for _, successor in found)
    for (_, successor), proposal in sorted(found.items(), key=lambda item: (item[0][1], item[0][0])):
        yield proposal if together[successor] == 1 else replace(proposal, kind="merger")


class _Weigher:
    """All that went and came, and what can be said of pairs of them."""

    def __init__(self, gone: Sequence[Issue], came: Sequence[Issue]) -> None:
        self._gone = {issue.code: issue for issue in gone}
        self._came = {issue.code: issue for issue in came}
        self._in_order = sorted(came, key=lambda issue: issue.latest)
        self._candidates = find_candidates(gone, came)
        self._common = Commonness([*gone, *came])

    def of_going(self, gone: Issue) -> Iterator[Proposal]:
        """An issue that goes has one successor at most: its candidates share what is likely."""
        reachable = list(self._within_reach(gone))
        prior = SHARE_WITH_SUCCESSOR / max(len(reachable), 1)
        weighed = [
            (came, weigh(gone, came, self._common)) for came in reachable if came.code in self._candidates[gone.code]
        ]
        for came, signals, confidence in _share_out([(came, signals, prior) for came, signals in weighed]):
            if confidence >= PROPOSED:
                yield _proposal(gone, came, confidence, signals, candidates=len(reachable))

    def joining(self, leading: Mapping[str, Proposal]) -> Iterator[Proposal]:
        """Who also went into a successor that another is likely to have: those that went together with that one, and lead nowhere
        themselves.
        """
        explained = {proposal.predecessor for proposal in leading.values()}
        likely = [
            (self._gone[proposal.predecessor], proposal)
            for proposal in leading.values()
            if proposal.confidence >= LIKELY
        ]
        unexplained = [issue for issue in self._gone.values() if issue.code not in explained]
        for issue in unexplained:
            partners = [proposal for one, proposal in likely if _went_together(issue, one)]
            if partners:
                together = sum(_went_together(issue, other) for other in unexplained)
                yield from self._of_joining(issue, partners, together)

    def _of_joining(self, gone: Issue, leading: Sequence[Proposal], together: int) -> Iterator[Proposal]:
        weighed, partners = [], {}
        for proposal in leading:
            came = self._came[proposal.successor]
            if came.code not in self._candidates[gone.code] and not _are_near(gone, came):
                continue
            signals = _beside(proposal, weigh(gone, came, self._common))
            if any(one.is_link for one in signals):
                partners[came.code] = proposal
                weighed.append((came, signals, SHARE_WITH_PARTNER / max(together, _FEWEST_TOGETHER)))
        for came, signals, confidence in _share_out(weighed):
            partner = partners[came.code]
            if confidence * partner.confidence >= PROPOSED:
                beside = {"candidates": together, "together_with": partner.predecessor}
                yield _proposal(gone, came, confidence * partner.confidence, signals, **beside)

    def _within_reach(self, gone: Issue) -> Iterator[Issue]:
        """Those that can have come from the day of going on, up to 40 days later."""
        first = bisect_left(self._in_order, gone.earliest, key=lambda issue: issue.latest)
        for other in islice(self._in_order, first, None):
            if other.code != gone.code and other.earliest <= gone.latest + timedelta(days=LONGEST_GAP_DAYS):
                yield other


def _are_near(one: Issue, other: Issue) -> bool:
    return bool(one.addresses and other.addresses) and city(one.addresses[0]) == city(other.addresses[0])


def _went_together(one: Issue, other: Issue) -> bool:
    """Whether both can have gone on one day."""
    return one.earliest <= other.latest and other.earliest <= one.latest


def _share_out(weighed: Sequence[tuple[Issue, list[Weighed], float]]) -> Iterator[tuple[Issue, list[Weighed], float]]:
    """The candidates of one issue, each with its confidence instead of its prior odds."""
    odds = [prod(one.factor for one in signals) * prior for _, signals, prior in weighed]
    total = 1 + sum(odds)
    for (came, signals, _), odd in zip(weighed, odds, strict=True):
        yield came, signals, odd / total


def _beside(leading: Proposal, signals: list[Weighed]) -> list[Weighed]:
    """What is left of the likeness of names where the successor has its name of another predecessor: of those who go together
    many lend it nothing.
    """
    taken = next((one.get("shared") for one in leading.evidence["signals"] if one["signal"] == Signal.NAME), None)
    name = next(one for one in signals if one.signal is Signal.NAME)
    shared = name.told.get("shared")
    if shared and not (taken and (str(shared) in taken or taken in str(shared))):
        return signals
    return [one for one in signals if one is not name] + [Weighed(Signal.NAME, 0.6, {"likeness": None})]


def _proposal(gone: Issue, came: Issue, confidence: float, signals: list[Weighed], **beside: Any) -> Proposal:
    evidence = {
        "rule": "gone_and_come", "before": _told(gone), "after": _told(came), **beside,
        "signals": [
            {"signal": one.signal.value, "factor": one.factor, **one.told}
            for one in sorted(signals, key=lambda one: -one.factor)
        ],
    }  # fmt: skip
    day = max(gone.latest, came.latest)
    return Proposal(gone.code, came.code, day, "share_transfer", round(min(confidence, _SUREST), 3), evidence)


def _told(issue: Issue) -> dict[str, Any]:
    return {
        "code": issue.code, "name": issue.name, "earliest": issue.earliest.isoformat(), "latest": issue.latest.isoformat(),
        "is_official": issue.is_official, "edinet_code": issue.issuer.edinet_code if issue.issuer else None,
    }  # fmt: skip
