"""What people see of a list that may still be revised, and of the calendar of its days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from companies.ledger.provisional.noting import note_fetched
from companies.ledger.snapshots import apply_snapshot
from companies.models import ListingSnapshot
from datasources.models import DataSource
from syncjobs.admin.start_page import sync_figures
from syncjobs.models import CalendarDay, SyncRun
from syncjobs.schedule_times import last_sync_due_at
from tests.conftest import MARCH
from tests.factories import make_issue

pytestmark = pytest.mark.django_db
DAY, UNTIL = date(2024, 4, 1), datetime(2024, 3, 31, 23, tzinfo=UTC)
SNAPSHOTS = "/admin/companies/listingsnapshot/"
CALENDAR = "/admin/syncjobs/calendarday/"


def fetch(day: date, until: datetime, *, after: timedelta) -> ListingSnapshot:
    """The same list, so long after it can be revised no more."""
    result = apply_snapshot(day, [make_issue("7203")], "jquants", force=True)
    note_fetched(result, fetched_at=until + after, revisable_until=until, run_id=None)
    return ListingSnapshot.objects.get(pk=result.snapshot_id)


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_provisional_entry_is_marked_and_found_and_says_until_when(admin_client: Client, two_lists: None) -> None:
    entry = fetch(DAY, UNTIL, after=-timedelta(hours=14))

    assert "暫定" in text_of(admin_client, SNAPSHOTS)
    page = admin_client.get(f"{SNAPSHOTS}?finality=provisional")
    assert [one.pk for one in page.context["cl"].result_list] == [entry.pk]
    assert not admin_client.get(f"{SNAPSHOTS}?finality=confirmed").context["cl"].result_list
    told = text_of(admin_client, f"{SNAPSHOTS}{entry.pk}/change/")
    assert "2024-04-01 08:00 の改訂より前に取得した、暫定の一覧です。" in told
    assert "2024-04-01 の一覧は暫定です。" in text_of(admin_client, "/admin/companies/company/?as_of=2024-04-05")
    assert "一覧は暫定です。" not in text_of(admin_client, "/admin/companies/company/?as_of=2024-03-29")


def test_a_confirmed_entry_says_when(admin_client: Client, two_lists: None) -> None:
    fetch(DAY, UNTIL, after=-timedelta(hours=14))
    entry = fetch(DAY, UNTIL, after=timedelta(minutes=15))

    page = admin_client.get(f"{SNAPSHOTS}?finality=confirmed")
    assert [one.pk for one in page.context["cl"].result_list] == [entry.pk]
    told = text_of(admin_client, f"{SNAPSHOTS}{entry.pk}/change/")
    assert "2024-04-01 08:00 の改訂より前に取得し、2024-04-01 08:15 に同じ内容を取得して確定しました。" in told
    assert "一覧は暫定です。" not in text_of(admin_client, "/admin/companies/company/?as_of=2024-04-05")


def test_a_list_from_a_file_is_never_provisional(admin_client: Client, two_lists: None) -> None:
    entry = ListingSnapshot.objects.get(date_in_force=MARCH)

    assert "取り込んだときから確定しています。" in text_of(admin_client, f"{SNAPSHOTS}{entry.pk}/change/")


def test_a_run_that_fetched_before_the_revision_says_so(admin_client: Client, source: DataSource) -> None:
    run = SyncRun.objects.create(
        source=source, requested_by="定期実行", status="completed", completed_at=timezone.now(), is_provisional=True,
        date_in_force=DAY, total_companies=1, new_companies=0, updated_companies=0, deactivated_companies=0,
    )  # fmt: skip

    assert "その日の朝の改訂（08:00 ごろ）より前に取得した一覧です。" in text_of(
        admin_client, f"/admin/syncjobs/syncrun/{run.pk}/change/"
    )
    assert "全 1 件（新規 0、変更 0、廃止 0）、暫定" in text_of(admin_client, "/admin/syncjobs/syncrun/")


def test_a_list_that_nobody_confirmed_is_on_the_first_page_and_takes_its_green(
    admin_client: Client, source: DataSource
) -> None:
    due_at = last_sync_due_at(timezone.now())
    assert due_at is not None
    DataSource.objects.filter(pk=source.pk).update(created_at=due_at - timedelta(days=10))
    day = timezone.localdate(due_at) - timedelta(days=7)
    entry = fetch(day, due_at - timedelta(days=7, hours=10), after=-timedelta(hours=14))

    page = text_of(admin_client, "/admin/")

    assert "暫定のままの一覧" in page
    assert f"{entry.date_in_force}" in page
    assert "success" not in {colour for _, _, colour, _ in sync_figures()["source_health"]}


def test_the_calendar_shows_days_with_their_lists_and_where_a_computed_one_differs(
    admin_client: Client, two_lists: None
) -> None:
    for day, kind in ((MARCH, "half_day"), (date(2024, 3, 28), "closed"), (date(2024, 3, 30), "closed")):
        CalendarDay.objects.create(day=day, is_business_day=kind == "half_day", kind=kind)

    page = text_of(admin_client, CALENDAR)

    assert "半日立会日" in page
    assert "計算では営業日" in page
    assert f"今日 {timezone.localdate()} は" in page
    assert "次の営業日は" in page
    for chosen, days in {
        "open": [MARCH], "closed": [date(2024, 3, 30), date(2024, 3, 28)], "differs": [date(2024, 3, 28)],
        "without_list": [], "provisional": [],
    }.items():  # fmt: skip
        found = admin_client.get(f"{CALENDAR}?chosen={chosen}").context["cl"].result_list
        assert [one.day for one in found] == days, chosen
    assert "半日立会日" in text_of(admin_client, f"{CALENDAR}2024-03-29/change/")
