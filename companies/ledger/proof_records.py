"""Proving the history and keeping what came of it, so that people see when it was proven last, and hear of it where it was not."""

import hashlib
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import InternalError, transaction
from django.utils import timezone

from companies.choices import ProofOrigin
from companies.ledger.chain_proof import Head
from companies.ledger.differences import Difference
from companies.ledger.history_proof import Proof, prove_history
from companies.models import HistoryProof

_KEEP = timedelta(days=400)
#: Of what was found so much is kept in words.
_KEPT_DIFFERENCES, _KEPT_LETTERS = 10, 500


def prove_and_record(origin: ProofOrigin, *, from_beginning: bool = False, heads: Sequence[Head] = ()) -> Proof:
    """Prove the history (`companies.ledger.history_proof.prove_history`, without the ledger's lock) and keep the outcome, once the
    proof is over. On a standby nothing can be kept.
    """
    started_at, began = timezone.now(), time.monotonic()
    proof = prove_history(from_beginning=from_beginning, heads=heads)
    with suppress(InternalError), transaction.atomic():
        HistoryProof.objects.create(
            origin=origin, started_at=started_at, duration_seconds=time.monotonic() - began, since_revision=proof.since,
            until_revision=proof.until, difference_count=len(proof.differences), fingerprint=_fingerprint(proof.differences),
            first_differences=[str(one)[:_KEPT_LETTERS] for one in proof.differences[:_KEPT_DIFFERENCES]],
            head_revision=proof.chain.head.revision, head=proof.chain.head.chain,
        )  # fmt: skip
    return proof


def find_last_proof() -> HistoryProof | None:
    """The one that ended last; `None` where nobody has proven anything yet."""
    return HistoryProof.objects.order_by("-pk").first()


def forget_proofs(now: datetime) -> int:
    """Those that began more than 400 days ago, the last one excepted. Returns how many."""
    last = find_last_proof()
    if last is None:
        return 0
    count, _ = HistoryProof.objects.filter(started_at__lt=now - _KEEP, pk__lt=last.pk).delete()
    return int(count)


def _fingerprint(differences: Sequence[Difference]) -> str:
    """Of all that was found, in any order; empty where nothing was."""
    if not differences:
        return ""
    return hashlib.sha256("\n".join(sorted(map(str, differences))).encode()).hexdigest()
