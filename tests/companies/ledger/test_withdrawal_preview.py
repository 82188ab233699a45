"""A preview of taking a list back looks at the events twice, and nobody may change the ledger between the two."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from companies.ledger.withdrawals import preview_withdrawal
from companies.models import ListingSnapshot
from tests.conftest import MARCH

# Committed, so that nothing but the preview holds the lock.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

_IS_LOCKED = "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()"


def test_the_ledger_is_locked_at_both_looks(two_lists: None) -> None:
    was_locked: list[bool] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if "listing_events" in sql:
            row = connection.connection.execute(_IS_LOCKED).fetchone()
            was_locked.append(bool(row and row[0]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        preview_withdrawal(ListingSnapshot.objects.get(date_in_force=MARCH).pk)

    assert len(was_locked) == 2
    assert all(was_locked)
