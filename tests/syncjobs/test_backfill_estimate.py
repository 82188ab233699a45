"""What a back-fill will take, before it starts and while it runs."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from companies.ledger.snapshots import apply_snapshot
from datasources.models import DataSource
from syncjobs.backfill_estimate import BackfillEstimate, estimate_backfill, estimate_remaining_minutes
from syncjobs.models import SyncRun
from tests.factories import make_issue

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)


@pytest.mark.parametrize(
    ("plan", "minutes"), [("free", 53), ("light", 5), ("standard", 3), ("premium", 2), ("unlimited", 2)]
)
def test_a_year_takes_what_the_plan_allows(source: DataSource, plan: str, minutes: int) -> None:
    source.plan = plan

    assert estimate_backfill(source, FIRST, LAST) == BackfillEstimate(days=262, recorded=0, minutes=minutes)


def test_days_that_are_there_take_no_time(source: DataSource) -> None:
    apply_snapshot(date(2024, 1, 4), [make_issue("7203")], "jquants")
    apply_snapshot(date(2024, 1, 5), [make_issue("7203")], "jpx")

    assert estimate_backfill(source, date(2024, 1, 4), date(2024, 1, 9)) == BackfillEstimate(3, 1, 1)


def test_what_remains_follows_the_pace_so_far() -> None:
    now = timezone.now()
    run = SyncRun(claimed_at=now - timedelta(minutes=10), done=50, total=150)

    assert estimate_remaining_minutes(run, now) == 20
    assert estimate_remaining_minutes(SyncRun(claimed_at=now, done=0, total=150), now) is None


def test_the_form_tells_it_as_soon_as_it_is_complete(admin_client: Client, source: DataSource) -> None:
    url = "/admin/syncjobs/syncrun/estimate/"
    whole = {"backfill-source": str(source.pk), "backfill-first": str(FIRST), "backfill-last": str(LAST)}

    assert "最大 262 営業日" in admin_client.get(url, whole).content.decode()
    assert admin_client.get(url, {"backfill-source": source.pk}).content == b""
