"""Reading the ledger as it was known at a revision."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from companies.known.views import SETTING
from database.connections import one_snapshot


@contextmanager
def known_at(revision: int) -> Iterator[None]:
    """Inside, in one state of the database, the models of `companies.known.models` are as they were once the revision was."""
    with one_snapshot():
        set_known_at(revision)
        yield


def set_known_at(revision: int) -> None:
    """For the rest of the transaction, or until it is set again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, str(revision)])
