"""Official days beside the lists, and why they differ."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from companies.issuers.issuer_lists import apply_issuer_list
from companies.issuers.official_dates.importing import import_official_dates
from companies.issuers.official_dates.models import AcceptedDifference
from companies.issuers.official_dates.reconciling import count_differences, reconcile
from companies.issuers.official_dates.rows import OfficialDay
from companies.ledger.snapshots import apply_snapshot
from tests.edinet_lists import make_filer
from tests.factories import make_list

pytestmark = pytest.mark.django_db

JANUARY, FEBRUARY, MARCH, LATER = date(2023, 1, 31), date(2023, 2, 28), date(2023, 3, 31), date(2023, 9, 29)


def day(code: str, on: str, kind: str = "delisted") -> OfficialDay:
    return OfficialDay(code, kind, date.fromisoformat(on))


def tell(*days: OfficialDay) -> None:
    import_official_dates(days, origin="CSV")


def found(code: str, kind: str = "delisted") -> list[tuple[str, str]]:
    return [(one.agreement, one.cause) for one in reconcile() if one.code == code and one.kind == kind]


@pytest.fixture
def lists(db: None) -> None:
    """1301 goes in March, 1302 comes then; 8000 is a PRO Market's that goes; then half a year without a list."""
    apply_snapshot(JANUARY, [*make_list(["1301", "7203"]), *make_list(["8000"], market_code="0105")], "jpx", force=True)
    apply_snapshot(
        FEBRUARY, [*make_list(["1301", "7203"]), *make_list(["8000"], market_code="0105")], "jpx", force=True
    )
    apply_snapshot(MARCH, make_list(["1302", "7203"]), "jpx", force=True)
    apply_snapshot(LATER, make_list(["1302", "7203"]), "jpx", force=True)


def test_a_day_between_the_lists_agrees(lists: None) -> None:
    tell(day("1301", "2023-03-31"), day("1302", "2023-03-01", "listed"))

    assert found("1301") == [("agreeing", "")]
    assert found("1302", "listed") == [("agreeing", "")]


@pytest.mark.parametrize(
    ("told", "stands"),
    [
        (day("1301", "2023-02-28"), ("outside_interval", "still_listed")),
        (day("1301", "2023-04-03"), ("outside_interval", "gone_before")),
        (day("7203", "2023-03-15"), ("only_official", "still_listed")),
        (day("7203", "2023-01-31"), ("only_official", "still_listed")),
        (day("9999", "2023-01-31"), ("only_official", "before_lists")),
        (day("7203", "2023-01-31", "listed"), ("only_official", "before_lists")),
        (day("1301", "2023-10-02"), ("only_official", "gone_before")),
        (day("9999", "2023-10-02"), ("only_official", "never_listed")),
        (day("9999", "2023-10-02", "listed"), ("only_official", "after_lists")),
        (day("7203", "2023-10-02", "listed"), ("only_official", "listed_before")),
        (day("7203", "2023-10-02"), ("only_official", "after_lists")),
        (day("9999", "2023-03-15"), ("only_official", "never_listed")),
        (day("9999", "2023-06-15"), ("only_official", "never_listed_gap")),
        (day("1302", "2023-02-15"), ("only_official", "gone_before")),
        (day("7203", "2023-03-15", "listed"), ("only_official", "listed_before")),
        (day("1301", "2023-08-15", "listed"), ("only_official", "not_yet_listed")),
    ],
)
def test_a_day_that_no_list_bears_out_has_its_cause(lists: None, told: OfficialDay, stands: tuple[str, str]) -> None:
    tell(told)

    assert stands in found(told.code, told.kind)


def test_listed_and_delisted_between_two_lists_is_explained_by_both_days(lists: None) -> None:
    tell(day("9999", "2023-03-02", "listed"), day("9999", "2023-03-20"))

    assert found("9999") == [("only_official", "between_lists")]
    assert found("9999", "listed") == [("only_official", "between_lists")]


def test_gone_and_back_between_two_lists_is_explained_by_both_days(lists: None) -> None:
    tell(day("7203", "2023-03-02"), day("7203", "2023-03-20", "listed"))

    assert found("7203") == [("only_official", "returned_between_lists")]


def test_two_days_in_the_wrong_order_explain_nothing(lists: None) -> None:
    tell(day("9999", "2023-03-02"), day("9999", "2023-03-20", "listed"))
    tell(day("7203", "2023-03-02", "listed"), day("7203", "2023-03-20"))

    assert (found("9999"), found("9999", "listed")) == (
        [("only_official", "never_listed")],
        [("only_official", "never_listed")],
    )
    assert found("7203") == [("only_official", "still_listed")]
    assert found("7203", "listed") == [("only_official", "listed_before")]


def test_a_code_that_was_filed_between_two_far_lists_is_proven_and_another_is_for_a_person(lists: None) -> None:
    apply_issuer_list(date(2023, 6, 30), [make_filer("9998", "E09998")], force=True)
    apply_issuer_list(LATER, [make_filer(None, "E09998")], force=True)
    tell(day("9998", "2023-08-15"), day("9999", "2023-08-15"))

    assert found("9998") == [("only_official", "filed_between")]
    assert found("9999") == [("only_official", "never_listed_gap")]
    assert [one.is_explained for one in reconcile() if one.agreement == "only_official"] == [False, True]


def test_another_code_of_the_same_issuer_explains_an_event(lists: None) -> None:
    apply_issuer_list(JANUARY, [make_filer("1301", "E00012")], force=True)
    apply_issuer_list(MARCH, [make_filer("1302", "E00012")], force=True)
    tell(day("9002", "2023-02-27"), day("9003", "2023-04-03"))

    assert found("1301") == [("only_derived", "code_changed")]


def test_an_event_beyond_the_official_days_that_are_known_is_said_to_be_so(lists: None) -> None:
    tell(day("9002", "2023-02-10"), day("9003", "2023-03-15"))

    assert found("1301") == [("only_derived", "outside_official")]


def test_an_event_without_an_official_day_has_its_cause(lists: None) -> None:
    assert found("1301") == [("only_derived", "kind_not_told")]

    tell(day("9001", "2022-05-10"))
    assert (found("1301"), found("8000")) == (
        [("only_derived", "year_not_told")],
        [("only_derived", "product_not_covered")],
    )

    tell(day("9002", "2023-02-10"), day("9003", "2023-12-01"))
    assert found("1301") == [("only_derived", "silent_period")]

    tell(day("9004", "2023-02-27"), day("9005", "2023-04-03"))
    assert found("1301") == [("only_derived", "official_lacks")]


def test_a_second_day_of_one_event_is_named(lists: None) -> None:
    tell(day("1301", "2023-03-15"))
    import_official_dates([day("1301", "2023-04-05")], origin="another")

    assert sorted(found("1301")) == [("agreeing", ""), ("only_official", "gone_before")]


def run(*arguments: Any) -> str:
    output = StringIO()
    call_command("reconcile", *arguments, stdout=output, stderr=StringIO())
    return output.getvalue()


def test_the_command_ends_well_where_all_differences_are_explained(lists: None) -> None:
    tell(day("1301", "2023-03-15"), day("7203", "2024-01-10"))

    assert "一致 廃止 1 件" in run()
    assert "公式だけ 廃止 1 件 最新の一覧より後の日" in run()


def test_a_new_unexplained_difference_fails_until_a_person_accepts_it(lists: None) -> None:
    tell(day("1301", "2023-03-15"), day("7203", "2023-03-15"))
    key = "only_official:still_listed:delisted:7203:2023-03-15"

    with pytest.raises(CommandError, match="1 件"):
        run()
    with pytest.raises(CommandError, match="空にはできません"):
        run("--accept", key)
    with pytest.raises(CommandError, match="ありません"):
        run("--accept", "only_official:delisted:7203:2020-01-01", "--reason", "x", "--by", "甲")
    assert count_differences()["only_official", "delisted", "still_listed", False] == 1

    run("--accept", key, "--reason", "取引所の訂正を待つ", "--by", "甲野")
    [told] = [json.loads(line) for line in run("--json").splitlines() if key in line]

    assert (told["accepted"], told["is_explained"], told["cause"]) == ("取引所の訂正を待つ", False, "still_listed")
    assert count_differences()["only_official", "delisted", "still_listed", True] == 1

    run("--revoke", key)
    with pytest.raises(CommandError):
        run()
    with pytest.raises(CommandError, match="ありません"):
        run("--revoke", key)


def test_what_is_older_is_left_out(lists: None) -> None:
    tell(day("1301", "2023-03-15"), day("7203", "2023-03-15"))

    assert run("--since", "2023-04-01") == ""


def test_nothing_is_accepted_without_a_reason(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        AcceptedDifference.objects.create(key="x", reason="", accepted_by="甲")
