"""A small ledger to begin with."""

import pytest

from tests.subscriptions.told.followers import apply_list, days_ago, nissan, toyota


@pytest.fixture
def list_of_last_week(db: None) -> None:
    """With Toyota and Nissan."""
    apply_list(days_ago(7), toyota(), nissan())
