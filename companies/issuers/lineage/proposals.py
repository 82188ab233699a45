"""The table of successions brought in line with what the rules propose now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from django.core.cache import cache
from django.db import transaction

from api.generations import publish_after_commit
from companies.choices import RevisionKind
from companies.feed.position import current_epoch
from companies.issuers.lineage.decisions import is_by_rule
from companies.issuers.lineage.filings import propose_from_filings
from companies.issuers.lineage.loading import load_issues
from companies.issuers.lineage.models import SuccessionKind, SuccessionStatus
from companies.issuers.lineage.rules import Proposal, propose
from companies.known.reading import newest_revision
from companies.ledger.chain import chain_revisions, find_hash
from companies.ledger.changes import begin_change
from companies.ledger.revisions import Change, open_revision
from companies.models import ConfirmedSuccession, Succession
from database.connections import one_snapshot

logger = structlog.get_logger(__name__)
_ATTEMPTS = 3
_PROPOSED_OF = "successions-proposed-of"
Pair = tuple[str, str]


@dataclass(slots=True)
class ProposalResult:
    """What became of the table, by pairs of codes. `confirmed` are those that are certain, `withdrawn` those of them that no list
    tells any more.
    """

    proposed: list[Pair] = field(default_factory=list)
    changed: list[Pair] = field(default_factory=list)
    removed: list[Pair] = field(default_factory=list)
    confirmed: list[Pair] = field(default_factory=list)
    withdrawn: list[Pair] = field(default_factory=list)


def propose_successions(*, is_dry_run: bool = False) -> ProposalResult:
    """Run the rules over all lists of issues and issuers and bring the proposals in line; a second time changes nothing.

    What a person decided stays as it is, whatever the rules say. The rules run without holding the ledger; if it went on meanwhile
    they run again.
    """
    for attempt in range(_ATTEMPTS):
        with one_snapshot():
            revision, proposals = newest_revision(), _derive()
        with transaction.atomic():
            change = begin_change()
            if newest_revision() != revision:
                if attempt + 1 < _ATTEMPTS:
                    continue
                proposals = _derive()
            result = _bring_in_line(proposals, change)
            transaction.set_rollback(is_dry_run)
        break
    counts = {name: len(getattr(result, name)) for name in ProposalResult.__slots__}
    logger.info("successions_proposed", is_dry_run=is_dry_run, **counts)
    return result


def propose_after_changes() -> ProposalResult | None:
    """The same where the ledger went on since the last time, else nothing: cheap enough to be asked every minute. What the cache
    forgets is only done once more.
    """
    course = _course()
    if cache.get(_PROPOSED_OF) == course:
        return None
    result = propose_successions()
    cache.set(_PROPOSED_OF, course, None)
    return result


def _course() -> str:
    """How far the ledger went, and by which way: a number is given anew where it went back to a revision, and a backup that is restored may
    have the revision without what was proposed then.
    """
    newest = newest_revision()
    return f"{current_epoch()} {newest} {find_hash(newest)}"


def _derive() -> dict[Pair, Proposal]:
    """What is told by itself counts more than what is compared."""
    loaded = load_issues()
    found = {(one.predecessor, one.successor): one for one in propose(loaded.gone, loaded.came)}
    told = propose_from_filings(loaded.filings, {issue.code: issue for issue in loaded.came})
    return found | {(one.predecessor, one.successor): one for one in told}


def _bring_in_line(proposals: Mapping[Pair, Proposal], change: Change) -> ProposalResult:
    result, moment = ProposalResult(), change.moment
    stored = {(row.predecessor, row.successor): row for row in Succession.objects.all()}
    by_itself = {pair for pair, proposal in proposals.items() if proposal.kind == SuccessionKind.OTHER_CODE}
    # What lists do not tell by themselves any more is at most a proposal like others.
    withdrawn = _withdraw((row for pair, row in stored.items() if is_by_rule(row) and pair not in by_itself), moment)
    certain: list[Succession] = []
    for pair, proposal in proposals.items():
        row = stored.get(pair)
        if row is not None and not _is_open(row):
            if is_by_rule(row) and _take_over(row, proposal):
                row.save()
                certain.append(row)
                result.changed.append(pair)
        elif pair in by_itself:
            row = _confirm(row or Succession(predecessor=pair[0], successor=pair[1]), proposal, moment)
            certain.append(row)
            result.confirmed.append(pair)
        elif row is None:
            Succession.objects.create(predecessor=pair[0], successor=pair[1], **_fields(proposal))
            result.proposed.append(pair)
        elif _reopen(row) | _take_over(row, proposal):
            row.save()
            result.changed.append(pair)
    gone = [row for pair, row in stored.items() if pair not in proposals and row.status == SuccessionStatus.PROPOSED]
    result.removed, result.withdrawn = _remove(gone, moment), _pairs(withdrawn)
    _record(certain, withdrawn, change)
    if any(getattr(result, name) for name in ProposalResult.__slots__):
        publish_after_commit()
    return result


def _record(certain: Sequence[Succession], withdrawn: Sequence[Succession], change: Change) -> None:
    """What counts as a fact by the rule, and what does no more, as one revision; nothing where all of it is known as it is."""
    known = {
        fact.succession_id: fact for fact in ConfirmedSuccession.objects.known_at().filter(succession__in=[*certain, *withdrawn])
    }  # fmt: skip
    told = [
        row for row in certain if (fact := known.get(row.pk)) is None or (fact.day, fact.kind) != (row.day, row.kind)
    ]
    if not told and not withdrawn:
        return
    number = open_revision(RevisionKind.DECISION, change).number
    ended = [known[row.pk].pk for row in (*told, *withdrawn) if row.pk in known]
    ConfirmedSuccession.objects.filter(pk__in=ended).update(withdrawn_in=number)
    ConfirmedSuccession.objects.bulk_create(
        ConfirmedSuccession(succession=row, day=row.day, kind=row.kind, recorded_in=number) for row in told
    )
    chain_revisions()


def _confirm(row: Succession, proposal: Proposal, moment: datetime) -> Succession:
    """By the rule alone."""
    _take_over(row, proposal)
    row.status, row.decided_at = SuccessionStatus.CONFIRMED, moment
    row.save()
    return row


def _reopen(row: Succession) -> bool:
    """One that the rule took back is told by a list again."""
    if row.status == SuccessionStatus.PROPOSED:
        return False
    row.status, row.decided_at = SuccessionStatus.PROPOSED, None
    return True


def _is_open(row: Succession) -> bool:
    """A proposal, or one that the rule itself took back once."""
    return row.status == SuccessionStatus.PROPOSED or (row.status == SuccessionStatus.REJECTED and not row.decided_by)


def _take_over(row: Succession, proposal: Proposal) -> bool:
    """Whether it says something else than before."""
    changed = {name: value for name, value in _fields(proposal).items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)


def _fields(proposal: Proposal) -> dict[str, Any]:
    return {name: getattr(proposal, name) for name in ("day", "kind", "confidence", "evidence")}


def _withdraw(rows: Iterable[Succession], moment: datetime) -> list[Succession]:
    """They stay, because what was known once does; as if rejected by the rule, which proposes them again when a list tells them."""
    withdrawn = list(rows)
    for row in withdrawn:
        row.status, row.decided_at = SuccessionStatus.REJECTED, moment
        row.save(update_fields=["status", "decided_at"])
    return withdrawn


def _remove(rows: Iterable[Succession], moment: datetime) -> list[Pair]:
    """Proposals without a basis. One that counted once stays for what was known then, as if rejected by the rule."""
    removed = list(rows)
    kept = set(ConfirmedSuccession.objects.filter(succession__in=removed).values_list("succession", flat=True))
    Succession.objects.filter(pk__in=[row.pk for row in removed if row.pk not in kept]).delete()
    _withdraw((row for row in removed if row.pk in kept), moment)
    return _pairs(removed)


def _pairs(rows: Iterable[Succession]) -> list[Pair]:
    return sorted((row.predecessor, row.successor) for row in rows)
