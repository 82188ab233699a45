"""Identifiers in the ledger: one revision for a file, nothing changed and nothing forgotten."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from companies.choices import RevisionKind
from companies.issuers.identifiers.importing import import_identifiers, preview_identifiers
from companies.issuers.identifiers.statements import Statement
from companies.issuers.identifiers.told import ToldIdentifier, load_identifiers, value_on
from companies.models import CompanyIdentifier, LedgerRevision

pytestmark = pytest.mark.usefixtures("two_lists")

OLD, NEW, OTHER = "JP3633400001", "JP3756600007", "JP3435000009"
APRIL, MAY = date(2024, 4, 1), date(2024, 5, 1)


def isin(value: str, begins: date | None = None, ends: date | None = None, code: str = "7203") -> Statement:
    return Statement(code, "isin", value, begins, ends, "test")


def known(revision: int | None = None) -> list[tuple[str, date | None, date | None]]:
    told = load_identifiers(["7203"], revision).get("7203", [])
    return [(one.value, one.valid_from, one.valid_until) for one in told]


def test_a_file_is_one_revision_and_the_same_file_again_is_none() -> None:
    first = import_identifiers([isin(OLD), isin(NEW, code="7201")])
    again = import_identifiers([isin(OLD), isin(NEW, code="7201")])

    newest = LedgerRevision.objects.order_by("number").last()
    assert newest is not None
    assert (newest.kind, newest.entry_id, newest.number, first.revision) == (RevisionKind.IDENTIFIERS, None, 3, 3)
    assert (first.total, first.new, first.unchanged) == (2, 2, 0)
    assert (again.new, again.unchanged, again.revision) == (0, 2, None)
    assert LedgerRevision.objects.count() == 3


def test_one_that_begins_later_ends_the_one_before_and_what_was_known_stays_known() -> None:
    import_identifiers([isin(OLD)])
    result = import_identifiers([isin(NEW, APRIL)])

    assert (result.new, result.ended) == (1, 1)
    assert known() == [(OLD, None, APRIL), (NEW, APRIL, None)]
    assert known(3) == [(OLD, None, None)]
    assert known(2) == []
    assert CompanyIdentifier.objects.count() == 3


def test_an_earlier_one_that_comes_later_tells_of_the_past_and_says_so() -> None:
    import_identifiers([isin(NEW, APRIL)])
    result = import_identifiers([isin(OLD)])

    assert known() == [(OLD, None, APRIL), (NEW, APRIL, None)]
    assert result.warnings == [f"後に始まる識別子が知られているため、過去の値として扱うものが 1 件あります: 7203 {OLD}"]


def test_two_in_one_file_that_follow_each_other_are_no_surprise() -> None:
    assert import_identifiers([isin(OLD), isin(NEW, APRIL)]).warnings == []


def test_another_value_from_the_same_day_is_a_correction_and_the_last_one_counts() -> None:
    import_identifiers([isin(OLD)])
    result = import_identifiers([isin(NEW)])

    assert (result.new, result.corrected, result.ended) == (0, 1, 0)
    assert known() == [(NEW, None, None)]
    assert known(3) == [(OLD, None, None)]


def test_an_end_that_is_said_holds_and_may_be_corrected() -> None:
    import_identifiers([isin(OLD, None, MAY)])
    import_identifiers([isin(OLD)])
    assert known() == [(OLD, None, MAY)]

    import_identifiers([isin(OLD, None, APRIL)])
    assert known() == [(OLD, None, APRIL)]


def test_a_value_that_is_said_again_counts_though_what_lay_between_comes_later() -> None:
    import_identifiers([isin(OLD, date(2020, 1, 1)), isin(OLD, MAY)])
    assert known() == [(OLD, date(2020, 1, 1), None)]

    import_identifiers([isin(NEW, APRIL)])
    assert known() == [(OLD, date(2020, 1, 1), APRIL), (NEW, APRIL, MAY), (OLD, MAY, None)]


def test_a_preview_says_the_same_and_leaves_nothing() -> None:
    preview = preview_identifiers([isin(OLD)])

    assert (preview.new, CompanyIdentifier.objects.count(), LedgerRevision.objects.count()) == (1, 0, 2)
    assert import_identifiers([isin(OLD)]) == preview


def test_a_code_of_no_list_is_kept_with_a_warning() -> None:
    result = import_identifiers([isin(OLD, code="1375")])

    assert result.warnings == ["どの一覧にもないコードが 1 件あります（記録はします）: 1375"]
    assert load_identifiers() == {"1375": [ToldIdentifier("isin", OLD, None, None)]}


def test_one_isin_of_two_issues_at_a_time_is_told_and_an_lei_is_not() -> None:
    lei = "5493006W3QUS5LMH6R84"
    statements = [isin(OLD), isin(OLD, code="7201"), Statement("7203", "lei", lei), Statement("7201", "lei", lei)]

    assert import_identifiers(statements).warnings == [
        f"同じ時に 2 つ以上の銘柄が持つ識別子が 1 件あります。どちらかのコードが誤りかもしれません: {OLD} (7201, 7203)"
    ]
    assert import_identifiers([isin(OTHER, None, APRIL), isin(OTHER, APRIL, code="1301")]).warnings == []


def test_the_value_of_a_day_ends_before_the_day_that_ends_it() -> None:
    import_identifiers([isin(OLD), isin(NEW, APRIL)])
    told = load_identifiers()["7203"]

    assert value_on(told, "isin", date(2024, 3, 31)) == OLD
    assert value_on(told, "isin", APRIL) == NEW
    assert value_on(told, "figi", APRIL) is None


def test_the_database_refuses_two_of_a_scheme_at_a_time() -> None:
    import_identifiers([isin(OLD)])

    with pytest.raises(IntegrityError), transaction.atomic():
        CompanyIdentifier.objects.create(
            code="7203", scheme="isin", value=NEW, origin="x", recorded_in=9, validity=DateRange(APRIL, None)
        )
