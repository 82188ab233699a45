"""Companies by the hundred come in another way than a few do, and are the same afterwards."""

from dataclasses import replace

import pytest

from companies.ledger.company_tables import MANY
from companies.ledger.history_proof import rebuild_history, verify_history
from companies.ledger.snapshots import apply_snapshot
from companies.models import Company, CompanyVersion, LedgerRevision
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_issue

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

#: What the text form of COPY has signs for.
ODD_NAMES = {"2000": "\\N", "2001": "back\\slash", "2002": "\\.", "2003": '"quoted", with comma'}
MANY_ISSUES = [
    make_issue(str(code), company_name=ODD_NAMES.get(str(code), f"会社 {code}")) for code in range(2000, 2001 + MANY)
]


def test_a_first_list_of_hundreds_is_what_the_ledger_says() -> None:
    result = apply_snapshot(FEBRUARY, MANY_ISSUES, "jquants")

    assert (result.new, result.events) == (len(MANY_ISSUES), 0)
    assert verify_history() == []
    assert dict(Company.objects.filter(code__in=ODD_NAMES).values_list("code", "company_name")) == ODD_NAMES
    moment = LedgerRevision.objects.get().recorded_at
    assert set(Company.objects.values_list("created_at", "updated_at")) == {(moment, moment)}


def test_hundreds_that_come_to_those_that_are_there_change_these_and_add_the_others() -> None:
    apply_snapshot(FEBRUARY, MANY_ISSUES[:3], "jquants")
    ids = dict(Company.objects.values_list("code", "pk"))
    renamed = [replace(MANY_ISSUES[0], company_name="改名"), *MANY_ISSUES[1:]]

    result = apply_snapshot(MARCH, renamed, "jquants", force=True)

    assert (result.new, result.updated, result.events) == (len(MANY_ISSUES) - 3, 1, len(MANY_ISSUES) - 2)
    assert verify_history() == []
    assert dict(Company.objects.filter(code__in=ids).values_list("code", "pk")) == ids


def test_hundreds_that_lost_their_versions_keep_their_ids_when_history_is_derived_anew() -> None:
    apply_snapshot(FEBRUARY, MANY_ISSUES, "jquants")
    ids = dict(Company.objects.values_list("code", "pk"))
    CompanyVersion.objects.all().delete()

    rebuild_history()

    assert dict(Company.objects.values_list("code", "pk")) == ids
    assert verify_history() == []
