"""The first page while something is missing."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from datasources.models import DataSource
from syncjobs.due_runs import decide_due_runs
from syncjobs.models import SyncRun
from syncjobs.sync_state import source_states

pytestmark = pytest.mark.django_db

GREEN = "text-green"


@pytest.fixture(autouse=True)
def well(source: DataSource) -> None:
    """A source that answered, and whose last run completed."""
    now = timezone.now()
    DataSource.objects.filter(pk=source.pk).update(last_checked_at=now, last_check_code="OK")
    SyncRun.objects.create(source=source, status="completed", completed_at=now, requested_by="test")


def part(client: Client) -> str:
    return client.get("/admin/syncjobs/syncrun/state/").content.decode()


def test_where_all_is_well_it_is_green(admin_client: Client) -> None:
    page = part(admin_client)

    assert page.count(GREEN) > 0
    assert "足りない一覧" not in page


def test_while_a_day_is_missing_it_is_named_and_nothing_is_green(admin_client: Client, source: DataSource) -> None:
    DataSource.objects.filter(pk=source.pk).update(created_at=timezone.now() - timedelta(days=5))
    decide_due_runs(timezone.now())
    (state,) = source_states(timezone.now())

    page = part(admin_client)

    assert "足りない一覧" in page
    assert str(state.missing[0]) in page
    assert "1 回試しました。次は" in page
    assert GREEN not in page


def test_while_a_run_waits_for_a_person_nothing_is_green(admin_client: Client, source: DataSource) -> None:
    SyncRun.objects.create(source=source, status="needs_review", completed_at=timezone.now(), requested_by="test")

    page = part(admin_client)

    assert "要確認" in page
    assert GREEN not in page


def test_where_no_source_would_be_asked_that_is_said_in_place_of_the_next_time(
    admin_client: Client, source: DataSource
) -> None:
    def next_time() -> str:
        found = re.search(r"次回</th><td[^>]*>(.*?)</td>", part(admin_client), re.S)
        return re.sub(r"<[^>]*>", "", found[1]) if found else ""

    assert re.fullmatch(r"\d{4}-\d\d-\d\d (17:45|08:15)", next_time())
    DataSource.objects.filter(pk=source.pk).update(plan="free")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d 18:00", next_time())
    DataSource.objects.update(is_enabled=False)
    assert re.sub(r"\s+", " ", next_time()).strip() == "停止中 データソースが無効です。 再開する"
