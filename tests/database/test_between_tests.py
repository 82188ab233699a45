"""What tests begin with is what the product makes, and what they commit is gone after them (`tests.kept_rows`, `tests.quick_rollback`)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import TransactionTestCase

from api.generations import read_generations
from companies.ledger.history_proof import verify_history
from companies.models import Company, CompanyVersion, LedgerRevision, ListingEvent, ListingSnapshot
from masters.models import Market, Sector17
from subscriptions.outbox.models import OutboxEntry
from tests.conftest import apply_two_lists
from tests.kept_rows import KeptRows

#: Differs each time they are made.
OF_EACH = {
    "_state",
    "id",
    "company_id",
    "entry_id",
    "recorded_at",
    "updated_at",
    "created_at",
    "occurred_at",
    "chain",
    "link",
}


class _Over(Exception):
    """What was tried may go."""


def left_by(make: Callable[[], object]) -> list[list[str]]:
    """What of the ledger does not depend on when it was made."""
    found: list[list[str]] = []
    try:
        with transaction.atomic():
            before = read_generations()
            make()
            assert verify_history() == []
            assert read_generations().companies > before.companies
            models = (Company, CompanyVersion, ListingEvent, ListingSnapshot, LedgerRevision, OutboxEntry)
            found += [sorted(map(_said_by, model._default_manager.all())) for model in models]
            raise _Over
    except _Over:
        return found


def _said_by(row: Any) -> str:
    return repr({name: value for name, value in vars(row).items() if name not in OF_EACH})


@pytest.mark.django_db
def test_what_is_copied_in_is_what_the_product_makes() -> None:
    calls: list[None] = []

    def make() -> None:
        calls.append(None)
        apply_two_lists()

    kept = KeptRows(make)
    made, first, copied = left_by(apply_two_lists), left_by(kept.put), left_by(kept.put)

    assert len(calls) == 1
    assert copied == first == made
    assert all(made)


@pytest.mark.django_db
def test_where_something_is_in_the_ledger_already_the_product_makes_it() -> None:
    calls: list[None] = []
    kept = KeptRows(lambda: calls.append(None))
    apply_two_lists()
    for _ in range(2):
        kept.put()

    assert len(calls) == 2


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("rows", [10, 6_000])
def test_what_a_test_commits_is_gone_after_it_and_what_it_took_away_is_back(rows: int) -> None:
    def told() -> list[list[tuple[Any, ...]]]:
        models = (Market, Sector17, Company, LedgerRevision, OutboxEntry)
        return [sorted(model._default_manager.values_list(), key=repr) for model in models]

    before, generations = told(), read_generations()
    apply_two_lists()
    Market.objects.filter(code="0111").update(name="他")
    Sector17.objects.filter(code="99").delete()
    OutboxEntry.objects.bulk_create(OutboxEntry(kind="x", revision=100 + number) for number in range(rows))
    assert all(now != then for now, then in zip(told(), before, strict=True))

    empty: Any = TransactionTestCase()
    empty._fixture_teardown()

    assert told() == before
    assert all(now > then for now, then in zip(read_generations(), generations, strict=True))
