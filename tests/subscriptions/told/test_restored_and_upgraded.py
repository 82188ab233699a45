"""A database that was restored, or is of the release before, tells nothing of what is past."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from subscriptions.models import Delivery, OutboxEntry
from subscriptions.outbox.entries import number_new_entries
from tests.backups.backup_files import empty_database, take, working_on
from tests.subscriptions.told.followers import apply_list, days_ago, follow, make_person, nissan, plan, told, toyota

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def rename_toyota() -> None:
    apply_list(days_ago(7), toyota(), nissan())
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())


def test_a_restored_backup_writes_and_plans_nothing_anew(tmp_path: Path) -> None:
    follow(make_person())
    rename_toyota()
    plan()
    backup = take(tmp_path / "backup")
    kept = (OutboxEntry.objects.count(), Delivery.objects.count())

    with empty_database() as name, working_on(name):
        call_command("restore", str(backup), stdout=StringIO())
        assert [number_new_entries(), plan()] == [0, 0]
        assert (OutboxEntry.objects.count(), Delivery.objects.count()) == kept
        apply_list(days_ago(0), toyota(company_name="トヨタ自"), nissan())
        assert [number_new_entries(), plan()] == [1, 1]


def test_a_database_of_the_release_before_is_told_nothing_of_its_past() -> None:
    call_command("migrate", "subscriptions", "0002", verbosity=0)
    rename_toyota()
    call_command("migrate", "subscriptions", verbosity=0)

    assert (connection.introspection.table_names().count("outbox_entries"), OutboxEntry.objects.count()) == (1, 0)
    subscription = follow(make_person(), "renamed", "delisted", includes_history=True)
    assert (plan(), subscription.told_number, subscription.told_revision) == (0, 0, 2)
    apply_list(days_ago(0), toyota(company_name="トヨタ"))
    plan()
    assert told(subscription) == [("delisted", "7201")]
