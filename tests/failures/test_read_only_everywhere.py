"""A database that takes no writes, met by every page, every endpoint and everything that works by itself: nothing breaks, what writes says
so, and when writes are taken again all goes on.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from celery.beat import ScheduleEntry
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from api.keys import create_api_key
from api.turns import tries
from companies.ledger.snapshots import apply_snapshot
from companies.models import Company, LedgerRevision
from config.celery import app
from database.connections import is_read_only
from datasources.models import DataSource
from operations.beat import LivingScheduler
from subscriptions.deliveries.models import Delivery
from subscriptions.tasks import look_at_conditions, tell_others
from syncjobs import tasks
from syncjobs.faults import describe_fault
from syncjobs.runs import start_listing_run
from tests.api.front import ask
from tests.contract.test_hostile_admin import pages, routes
from tests.factories import make_issue
from tests.fakes.receiver import Receiver
from tests.serving.test_read_only import read_only
from tests.subscriptions.telling import make_hook, plan

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

BASE = "/api/v1/companies"


@pytest.fixture
def person(two_lists: None) -> Client:
    """Signed in before."""
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("admin", password="a long password"))
    return client


def test_every_page_of_the_admin_is_shown_or_says_in_words_that_nothing_can_be_written(
    person: Client, source: DataSource
) -> None:
    company = Company.objects.get(code="7203")
    filled = [
        "/" + address.replace("<path:object_id>", str(company.pk))
        for address, parts in routes()
        if address.startswith("admin/companies/company/") and parts == ("object_id",)
    ]
    states: dict[str, int] = {}

    with read_only():
        for path in [*pages(), *filled, f"/admin/datasources/datasource/{source.pk}/change/"]:
            answer = person.get(path)
            states[path] = answer.status_code
            if answer.status_code == 503:
                assert "読み取り専用" in answer.content.decode(), path

    assert {path: status for path, status in states.items() if status >= 500 and status != 503} == {}
    # What only reads is shown.
    written = {path for path, status in states.items() if status == 503}
    assert len(states) > 80
    assert written <= {"/admin/login/", "/admin/logout/", "/admin/second-factor/"}, written


def test_every_endpoint_that_reads_answers(two_lists: None) -> None:
    key = create_api_key(name="reader", scopes=["read", "sync", "admin"])[1]
    paths = sorted("/" + address for address, parts in routes() if address.startswith("api/v1/") and not parts)
    paths += [
        f"{BASE}/7203",
        f"{BASE}/7203/history",
        f"{BASE}/7203/lineage",
        f"{BASE}/search?q=7203",
        "/api/v1/feed?after=0",
    ]

    before = {path: ask(path, key=key).status for path in paths}
    with read_only():
        during = {path: ask(f"{path}{'&' if '?' in path else '?'}limit=3", key=key).status for path in paths}

    assert len(paths) > 20
    assert {path: status for path, status in during.items() if status >= 500} == {}
    assert {path for path in paths if before[path] == 200 and during[path] != 200} <= {
        path for path in paths if during[path] in (400, 405)
    }


def test_what_works_by_itself_fails_quietly_and_goes_on_afterwards(
    two_lists: None, source: DataSource, receiver: Receiver
) -> None:
    hook, _ = make_hook(receiver.url())
    plan(hook, 1)
    works = [
        tasks.decide_due_runs, tasks.reap_lost_runs, tasks.bring_lists_into_force, tasks.number_ledger, tasks.propose_successions,
        tasks.reconcile_official_days, tasks.purge_old_runs, look_at_conditions, tell_others,
    ]  # fmt: skip

    with read_only():
        for work in works:
            try:
                work()
            except DatabaseError as error:
                assert is_read_only(error), work.name  # noqa: PT017 not each of them has to write
        with pytest.raises(DatabaseError) as refused:
            start_listing_run(source, requested_by="test")
        assert describe_fault(refused.value)[0] == "DATABASE_READ_ONLY"
    assert receiver.received == []

    for work in works:
        work()
    assert len(receiver.received) == 1
    assert Delivery.objects.get().status == "delivered"


def test_beat_goes_on_and_notes_afterwards_what_it_sent(two_lists: None) -> None:
    scheduler = LivingScheduler(app=app)
    entries: list[ScheduleEntry] = list(scheduler.schedule.values())
    entry = next(one for one in entries if one.name != "celery.backend_cleanup")

    with read_only():
        scheduler.apply_async(entry, advance=True)
        scheduler.sync()
        assert scheduler.tick() is not None
    scheduler.sync()


def test_midnight_comes_while_nothing_can_be_written() -> None:
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    apply_snapshot(yesterday, [make_issue("7203", company_name="昨日の名")], "jquants", force=True, today=yesterday)
    apply_snapshot(today, [make_issue("7203", company_name="今日の名")], "jquants", force=True, today=yesterday)
    key = create_api_key(name="reader", scopes=["read"])[1]
    path = f"{BASE}/7203"

    with read_only():
        answers = [ask(path, key=key) for _ in range(3)]
        assert [(one.status, one.json()["company_name"]) for one in answers] == [(200, "昨日の名")] * 3
        # Which state that is, it says.
        number = LedgerRevision.objects.latest("number").number
        assert {one.headers["x-ledger-revision"] for one in answers} == {str(number)}

    tries.not_before = 0.0
    assert ask(path, key=key).json()["company_name"] == "今日の名"
    assert LedgerRevision.objects.latest("number").kind == "in_force"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as started:
        yield started
