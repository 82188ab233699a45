"""A chain that is longer than what is given hashes, and proven, at once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from companies.choices import RevisionKind
from companies.ledger.chain import chain_revisions, find_head
from companies.ledger.chain_proof import prove_chain
from companies.models import LedgerRevision

pytestmark = pytest.mark.django_db

COUNT = 1_001


def test_no_revision_is_left_out_where_one_portion_ends_and_the_next_begins() -> None:
    began = datetime(2024, 3, 29, 9, tzinfo=UTC)
    LedgerRevision.objects.bulk_create(
        LedgerRevision(
            number=number, kind=RevisionKind.IN_FORCE, recorded_at=began + timedelta(seconds=number), day=date(2024, 3, 29)
        )
        for number in range(1, COUNT + 1)
    )  # fmt: skip

    assert chain_revisions() == COUNT

    proof = prove_chain()
    assert (proof.differences, proof.unchained) == ([], 0)
    assert (proof.head.revision, proof.head.chain) == find_head()
    for number in (1, 500, 501, 1_000, 1_001):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ledger_revisions SET day = day + 1 WHERE number = %s", [number])
    altered = [one.subject.partition("（")[0] for one in prove_chain().differences]
    assert altered == ["改訂 1", "改訂 500", "改訂 501", "改訂 1000", "改訂 1001"]
