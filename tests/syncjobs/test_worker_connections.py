"""A worker at the database."""

import psycopg
import pytest
from django.db import connection

from datasources.models import DataSource
from syncjobs.choices import RunStatus
from syncjobs.runs import start_listing_run
from tests.syncjobs.worker import Worker, database_url_of_tests, wait_for_end, wait_until


def names_of_those_who_wait() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_worker_at_work_is_known_by_its_name(worker: Worker, source: DataSource) -> None:
    with psycopg.connect(database_url_of_tests()) as other:
        other.execute("LOCK TABLE company_versions IN SHARE MODE")
        run = start_listing_run(source, requested_by="test")
        wait_until(lambda: names_of_those_who_wait() == ["meigara-worker"], worker.log)

    assert wait_for_end(run).status == RunStatus.COMPLETED
