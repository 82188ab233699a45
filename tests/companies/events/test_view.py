"""The view of listing events, in the database and in its files."""

import pytest
from django.db import connection

from companies.events.view import FOLDER, listing_events_view

pytestmark = pytest.mark.django_db


def definition() -> str:
    """As the database tells it; a backup that was restored has written out the names of columns that nobody gave one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_viewdef('listing_events'::regclass, true)")
        return str(cursor.fetchone()[0]).replace("::text AS text", "::text")


def test_the_view_in_the_database_is_the_one_of_the_newest_file() -> None:
    migrated = definition()
    newest = max(int(path.stem.rpartition("_")[2]) for path in FOLDER.glob("listing_events_*.sql"))

    with connection.cursor() as cursor:
        cursor.execute(listing_events_view(newest))

    assert definition() == migrated
    assert "observed_after" in migrated
