"""What people say about proposals: each decision is a revision of the ledger where it changes what counts as a fact."""

import structlog
from django.db import transaction

from api.generations import publish_after_commit
from companies.choices import RevisionKind
from companies.issuers.lineage.errors import SuccessionChanged
from companies.issuers.lineage.models import SuccessionStatus
from companies.ledger.chain import chain_revisions
from companies.ledger.changes import begin_change
from companies.ledger.revisions import open_revision
from companies.models import ConfirmedSuccession, Succession

logger = structlog.get_logger(__name__)


def is_by_rule(succession: Succession) -> bool:
    """Whether it counts because lists tell it by themselves; taken back to a proposal, the rule would only confirm it again."""
    return succession.status == SuccessionStatus.CONFIRMED and not succession.decided_by


def decide_succession(succession: Succession, status: SuccessionStatus, *, decided_by: str) -> Succession:
    """Confirm or reject a succession, or (`PROPOSED`) take a decision back; as it was seen: `succession` is what the person had
    before them. Raises `SuccessionChanged` where it is another by now, `ValueError` without a name, and where `is_by_rule` is to be
    a proposal again.
    """
    if not decided_by.strip():
        raise ValueError("who decides has a name")
    if status == SuccessionStatus.PROPOSED and is_by_rule(succession):
        raise ValueError("what a rule confirms by itself is rejected, or stays")
    with transaction.atomic():
        change = begin_change()
        is_undone = status == SuccessionStatus.PROPOSED
        seen = Succession.objects.filter(
            pk=succession.pk, status=succession.status, decided_at=succession.decided_at, decided_by=succession.decided_by,
            day=succession.day, kind=succession.kind, evidence=succession.evidence,
        )  # fmt: skip
        changed = seen.update(
            status=status, decided_by="" if is_undone else decided_by, decided_at=None if is_undone else change.moment
        )
        if changed != 1:
            raise SuccessionChanged
        if SuccessionStatus.CONFIRMED in (status, succession.status) and status != succession.status:
            number = open_revision(RevisionKind.DECISION, change).number
            ConfirmedSuccession.objects.known_at().filter(succession=succession).update(withdrawn_in=number)
            if status == SuccessionStatus.CONFIRMED:
                ConfirmedSuccession.objects.create(
                    succession=succession, day=succession.day, kind=succession.kind, recorded_in=number
                )
            chain_revisions()
        publish_after_commit()
    logger.info("succession_decided", predecessor=succession.predecessor, successor=succession.successor, status=status)
    succession.refresh_from_db()
    return succession
