"""What tests commit is gone after them (`tests.quick_rollback`)."""

from typing import Any

import pytest
from django.test import TransactionTestCase

from api.generations import read_generations
from companies.models import Company, LedgerRevision
from masters.models import Market, Sector33
from subscriptions.outbox.models import OutboxEntry
from tests.conftest import apply_two_lists


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("rows", [10, 6_000])
def test_what_a_test_commits_is_gone_after_it_and_what_it_took_away_is_back(rows: int) -> None:
    def told() -> list[list[tuple[Any, ...]]]:
        models = (Market, Sector33, Company, LedgerRevision, OutboxEntry)
        return [sorted(model._default_manager.values_list(), key=repr) for model in models]

    before, generations = told(), read_generations()
    apply_two_lists()
    Market.objects.filter(code="0111").update(name="他")
    Sector33.objects.filter(code="9999").delete()
    OutboxEntry.objects.bulk_create(OutboxEntry(kind="x", revision=100 + number) for number in range(rows))
    assert all(now != then for now, then in zip(told(), before, strict=True))

    empty: Any = TransactionTestCase()
    empty._fixture_teardown()

    assert told() == before
    assert all(now > then for now, then in zip(read_generations(), generations, strict=True))
