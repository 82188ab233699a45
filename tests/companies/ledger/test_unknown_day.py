"""What the release before does beside this one: it shows the newest list of all, and its revisions have no day."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from companies.ledger.changes import settle_unknown_day
from companies.ledger.coming_into_force import find_pending_day
from companies.ledger.company_tables import project_companies, write_companies
from companies.ledger.history_proof import verify_history
from companies.ledger.history_tables import load_histories
from companies.ledger.snapshots import apply_snapshot
from companies.models import Company, LedgerRevision
from syncjobs.tasks import number_ledger
from tests.factories import make_issue

pytestmark = pytest.mark.django_db


def day(ahead: int) -> date:
    return timezone.localdate() + timedelta(days=ahead)


def active() -> dict[str, str]:
    return dict(Company.objects.active().values_list("code", "company_name"))


@pytest.fixture
def mixed_ledger() -> None:
    """The release of now noted a list of tomorrow; the one before brought in that of today: 7203 is as of tomorrow, 9984 and 130A of today."""
    apply_snapshot(day(-1), [make_issue("7203", company_name="昨日"), make_issue("9984")], "jquants")
    apply_snapshot(day(1), [make_issue("7203", company_name="明日"), make_issue("130A")], "jquants", force=True)
    apply_snapshot(day(0), [make_issue("7203", company_name="今日"), make_issue("9984")], "jquants", force=True)
    newest = LedgerRevision.objects.latest("number")
    LedgerRevision.objects.filter(pk=newest.pk).update(day=None, chain=None, link=None)
    shown = project_companies(load_histories(["7203"]), None)
    write_companies(shown, changed=["7203"], moment=newest.recorded_at)
    assert active() == {"7203": "明日", "9984": "会社9984"}


@pytest.mark.usefixtures("mixed_ledger")
def test_within_a_minute_all_companies_are_of_one_day_again_and_the_history_proves_it() -> None:
    assert verify_history()

    number_ledger()

    assert active() == {"7203": "明日", "130A": "会社130A"}
    newest = LedgerRevision.objects.latest("number")
    assert (newest.kind, newest.day) == ("in_force", day(1))
    assert verify_history() == []
    # Who follows `updated_since` learns of each that is another now.
    assert set(Company.objects.filter(updated_at=newest.recorded_at).values_list("code", flat=True)) == {
        "7203",
        "9984",
        "130A",
    }
    assert find_pending_day() is None


@pytest.mark.usefixtures("mixed_ledger")
def test_a_second_time_nothing_is_to_be_done() -> None:
    assert settle_unknown_day()
    count = LedgerRevision.objects.count()

    assert not settle_unknown_day()
    assert LedgerRevision.objects.count() == count


@pytest.mark.usefixtures("mixed_ledger")
def test_the_next_change_settles_it_as_well() -> None:
    apply_snapshot(day(2), [make_issue("7203", company_name="明後日"), make_issue("130A")], "jquants", force=True)

    assert active() == {"7203": "明日", "130A": "会社130A"}
    assert verify_history() == []


def test_a_ledger_of_the_release_before_alone_is_left_as_it_is() -> None:
    apply_snapshot(day(-1), [make_issue("7203")], "jquants")
    LedgerRevision.objects.update(day=None)

    assert not settle_unknown_day()
    assert LedgerRevision.objects.count() == 1
