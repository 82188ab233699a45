"""Workers killed at random moments of a run, one after the other: in the end there is what the source published, once."""

import logging
import os
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from bench.lists import change_some, make_list
from companies.listed_issue import ListedIssue
from companies.models import CompanyVersion, ListingEvent, ListingSnapshot
from datasources.models import DataSource
from syncjobs.models import SyncRun
from syncjobs.reaper import reap_runs
from syncjobs.runs import start_listing_run
from tests.fakes.jquants import FakeJquants
from tests.syncjobs.worker import Worker, wait_for_end

logger = logging.getLogger(__name__)
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

# More of them by hand: KILLS=90 make test ARGS=tests/syncjobs/test_runs_killed.py
KILLS = int(os.environ.get("KILLS", "3"))
DAYS = [date(2024, 1, 4) + timedelta(days=ahead) for ahead in range(KILLS + 1)]


def publish_lists(jquants: FakeJquants) -> dict[date, list[ListedIssue]]:
    """A list for each day, in which some issues changed since the day before; one of them is new, and one is gone."""
    jquants.lists.clear()
    jquants.page_rows, issues = 500, make_list(1_500 + KILLS)
    published = {}
    for number, day in enumerate(DAYS):
        issues = change_some(issues, 0.005, seed=number)
        published[day] = [*issues[number : 1_500 + number]]
        jquants.publish(day, published[day])
    return published


def make_good(run: SyncRun) -> None:
    """Have the reaper look, as it does every half minute, until nobody is at work on the day any more."""
    run.refresh_from_db()
    # What was not taken yet is sent again after two minutes; who was at work is missed after half of one.
    reap_runs(
        timezone.now() + timedelta(minutes=3) if run.status == "queued" else timezone.now() + timedelta(seconds=31)
    )
    for one in [run, *SyncRun.objects.filter(retry_of=run)]:
        wait_for_end(one)


def state_of(issues: Sequence[ListedIssue]) -> list[tuple[str, str, str | None]]:
    return sorted((issue.code, issue.company_name, issue.scale_category) for issue in issues)


def test_whatever_moment_a_worker_is_killed_at_every_list_is_there_once_and_as_published(
    own_worker: Worker, source: DataSource, jquants: FakeJquants
) -> None:
    published = publish_lists(jquants)
    began = time.monotonic()
    wait_for_end(start_listing_run(source, requested_by="test", day=DAYS[0]))
    takes, hit = time.monotonic() - began, Counter[str]()

    for number, day in enumerate(DAYS[1:]):
        run = start_listing_run(source, requested_by="test", day=day)
        # The golden ratio: no two moments are near each other, however many there are.
        time.sleep(takes * ((number * 0.618) % 1))
        own_worker.kill()
        run.refresh_from_db()
        hit[f"{run.status} {run.phase}"] += 1
        own_worker.start()
        make_good(run)

    logger.info("killed at %s", dict(hit))
    # Not every one of them came too late.
    assert sum(hit.values()) - hit["completed ended"] > KILLS // 4, hit
    holding = ListingSnapshot.objects.order_by("date_in_force")
    assert list(holding.values_list("date_in_force", "is_superseded")) == [(day, False) for day in DAYS]
    for day in DAYS:
        versions = CompanyVersion.objects.as_of(day)
        stored = sorted(versions.values_list("company__code", "company_name", "scale_category"))
        assert stored == state_of(published[day]), day
    kinds = dict.fromkeys(ListingEvent.objects.values_list("event_type", flat=True))
    assert ListingEvent.objects.filter(event_type="delisted").count() == KILLS, kinds
    call_command("verify_history", stdout=StringIO())
