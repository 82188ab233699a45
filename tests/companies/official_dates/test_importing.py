"""Official days come in: recorded, taken back, never changed."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from django.db import transaction

from companies.choices import RevisionKind
from companies.events.official import find_official_on
from companies.issuers.official_dates.columns import refresh_official_columns
from companies.issuers.official_dates.errors import OfficialDatesHeld, OfficialDayTwice
from companies.issuers.official_dates.importing import import_official_dates, preview_official_dates
from companies.issuers.official_dates.models import OfficialDate
from companies.issuers.official_dates.rows import Coverage, OfficialDay
from companies.issuers.official_dates.told import ToldDays, load_official_days, tell_days
from companies.known.reading import newest_revision
from companies.models import Company, LedgerRevision

pytestmark = pytest.mark.django_db

YEAR_2026 = [Coverage("delisted", date(2026, 1, 1), date(2026, 12, 31))]


def day(code: str, on: str, kind: str = "delisted", **more: Any) -> OfficialDay:
    return OfficialDay(code, kind, date.fromisoformat(on), **more)


def known(revision: int | None = None) -> list[tuple[str, str]]:
    days = OfficialDate.objects.known_at(revision).order_by("code", "official_on")
    return [(code, on.isoformat()) for code, on in days.values_list("code", "official_on")]


def test_an_import_is_one_revision_and_the_same_again_is_none() -> None:
    first = import_official_dates([day("1301", "2026-03-05"), day("130A", "2026-03-06")], origin="CSV")
    again = import_official_dates([day("1301", "2026-03-05")], origin="CSV")

    revision = LedgerRevision.objects.get(number=first.revision or 0)
    assert (revision.kind, revision.entry_id) == (RevisionKind.OFFICIAL_DATES, None)
    assert (len(first.recorded), again.recorded, again.unchanged, again.revision) == (2, [], 1, None)
    assert newest_revision() == first.revision
    assert known() == [("1301", "2026-03-05"), ("130A", "2026-03-06")]


def test_a_preview_says_the_same_and_writes_nothing() -> None:
    days = [day("1301", "2026-03-05")]

    seen = preview_official_dates(days, origin="CSV")

    assert (known(), newest_revision()) == ([], 0)
    assert seen == import_official_dates(days, origin="CSV")


def test_what_a_page_of_the_year_tells_no_more_is_taken_back_and_was_known_then() -> None:
    page = [day("1301", "2026-03-05"), day("1302", "2026-04-01"), day("1303", "2026-05-01")]
    import_official_dates(page, origin="JPX", covers=YEAR_2026)
    import_official_dates([day("1304", "2026-06-01")], origin="CSV")
    before = newest_revision()

    newer = import_official_dates(page[:2], origin="JPX", covers=YEAR_2026)

    assert newer.withdrawn == page[2:]
    assert known() == [("1301", "2026-03-05"), ("1302", "2026-04-01"), ("1304", "2026-06-01")]
    assert ("1303", "2026-05-01") in known(before)


def test_a_file_takes_nothing_back() -> None:
    import_official_dates([day("1301", "2026-03-05")], origin="CSV")
    import_official_dates([day("1302", "2026-03-05")], origin="CSV")

    assert len(known()) == 2


def test_a_page_makes_a_day_its_own_that_a_file_told_and_keeps_it_when_a_file_adds_to_it() -> None:
    page = {"origin": "page", "covers": [Coverage("delisted", date(2024, 1, 1), date(2024, 12, 31))], "force": True}
    told = OfficialDay("1301", "delisted", date(2024, 5, 1))
    import_official_dates([told], origin="CSV")
    import_official_dates([told], **page)  # type: ignore[arg-type] # words of one call
    import_official_dates([replace(told, reason="完全子会社化")], origin="CSV")
    assert [(one.origin, one.reason) for one in OfficialDate.objects.known_at()] == [("page", "完全子会社化")]

    assert len(import_official_dates([], **page).withdrawn) == 1  # type: ignore[arg-type]


def test_a_day_outside_the_year_of_the_page_stays() -> None:
    import_official_dates([day("1301", "2025-03-05")], origin="JPX")
    import_official_dates([day("1302", "2026-03-05")], origin="JPX", covers=YEAR_2026)

    assert len(known()) == 2


def test_a_page_with_less_than_half_of_what_it_had_is_held_and_can_be_forced() -> None:
    page = [day(str(1301 + step), "2026-03-05") for step in range(5)]
    import_official_dates(page, origin="JPX", covers=YEAR_2026)
    before = newest_revision()

    with pytest.raises(OfficialDatesHeld) as held:
        import_official_dates(page[:2], origin="JPX", covers=YEAR_2026)

    assert (held.value.known, held.value.missing, newest_revision()) == (5, 3, before)
    assert len(known()) == 5
    assert len(import_official_dates(page[:2], origin="JPX", covers=YEAR_2026, force=True).withdrawn) == 3


def test_a_postponed_delisting_moves() -> None:
    others = [day("1302", "2026-04-01"), day("1303", "2026-05-01")]
    import_official_dates([day("1301", "2026-03-05"), *others], origin="JPX", covers=YEAR_2026)
    import_official_dates([day("1301", "2026-03-12"), *others], origin="JPX", covers=YEAR_2026)

    assert known()[0] == ("1301", "2026-03-12")
    assert len(known()) == 3


def test_a_reason_told_later_is_added_and_one_not_told_takes_none_away() -> None:
    import_official_dates([day("1301", "2026-03-05")], origin="CSV")
    before = newest_revision()
    told = import_official_dates([day("1301", "2026-03-05", reason="完全子会社化")], origin="JPX", covers=YEAR_2026)
    again = import_official_dates([day("1301", "2026-03-05")], origin="CSV")

    assert (len(told.recorded), len(told.withdrawn), again.revision) == (1, 1, None)
    assert load_official_days()["1301"] == [("delisted", date(2026, 3, 5), "完全子会社化")]
    assert load_official_days(revision=before)["1301"] == [("delisted", date(2026, 3, 5), None)]


def test_a_file_with_another_day_close_by_is_not_taken_unless_it_shall_replace() -> None:
    import_official_dates([day("1301", "2026-03-05")], origin="JPX", covers=YEAR_2026)

    kept = import_official_dates([day("1301", "2026-03-07")], origin="CSV")
    assert kept.contradicted == [(day("1301", "2026-03-07"), day("1301", "2026-03-05"))]
    assert (kept.revision, known()) == (None, [("1301", "2026-03-05")])

    import_official_dates([day("1301", "2026-03-07")], origin="CSV", replaces=True)
    assert known() == [("1301", "2026-03-07")]


def test_a_page_replaces_a_close_day_of_another_source() -> None:
    import_official_dates([day("1301", "2026-03-08")], origin="CSV")
    import_official_dates([day("1301", "2026-03-09")], origin="JPX", covers=YEAR_2026)

    assert known() == [("1301", "2026-03-09")]


def test_far_days_of_one_code_are_events_of_their_own() -> None:
    import_official_dates([day("1301", "2020-03-05"), day("1301", "2026-03-05")], origin="CSV")
    import_official_dates([day("1301", "2026-03-05", kind="listed")], origin="CSV")

    assert len(known()) == 3


def test_one_day_told_in_two_ways_is_refused_and_twice_the_same_is_one() -> None:
    twice = [day("1301", "2026-03-05", reason="甲"), day("1301", "2026-03-05", reason="乙")]

    with pytest.raises(OfficialDayTwice):
        import_official_dates(twice, origin="CSV")

    assert len(import_official_dates([twice[0], twice[0]], origin="CSV").recorded) == 1


PARTS: list[dict[str, Any]] = [
    {"days": [day("1301", "2026-03-05", reason="甲")], "origin": "JPX", "covers": YEAR_2026},
    {"days": [day("1301", "2026-03-05"), day("1302", "2018-01-23")], "origin": "CSV"},
    {"days": [day("1301", "2026-03-08"), day("1303", "2025-03-05", kind="listed")], "origin": "another"},
]


def test_in_any_order_the_same_is_known() -> None:
    found = set()
    for order in permutations(PARTS):
        with transaction.atomic():
            for part in order:
                import_official_dates(**part)
            found.add(_told(OfficialDate.objects.known_at().values_list("code", "kind", "official_on", "reason")))
            transaction.set_rollback(True)

    assert len(found) == 1


def _told(rows: Iterable[tuple[Any, ...]]) -> frozenset[tuple[Any, ...]]:
    return frozenset(rows)


DAYS = [
    ("listed", date(2000, 1, 4), None), ("delisted", date(2010, 2, 1), "甲"), ("listed", date(2012, 5, 7), None),
    ("delisted", date(2026, 3, 5), "乙"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("on", "told"),
    [
        (date(1999, 12, 30), ToldDays(None, date(2010, 2, 1), "甲")),
        (date(2000, 1, 4), ToldDays(date(2000, 1, 4), date(2010, 2, 1), "甲")),
        (date(2010, 1, 29), ToldDays(date(2000, 1, 4), date(2010, 2, 1), "甲")),
        (date(2010, 2, 1), ToldDays(date(2000, 1, 4), date(2026, 3, 5), "乙")),
        (date(2026, 3, 4), ToldDays(date(2012, 5, 7), date(2026, 3, 5), "乙")),
        (date(2026, 3, 5), ToldDays(date(2012, 5, 7), None, None)),
    ],
)
def test_a_company_tells_its_last_listing_and_its_next_delisting(on: date, told: ToldDays) -> None:
    assert tell_days(DAYS, on) == told


def test_current_companies_tell_the_days_of_the_last_list_with_them(two_lists: None) -> None:
    import_official_dates(
        [
            day("9984", "2024-03-15", reason="完全子会社化"), day("9984", "2000-01-04", kind="listed"),
            day("7203", "2024-04-30", reason="申請"), day("130A", "2024-03-22", kind="listed"), day("7201", "2024-03-29"),
        ],
        origin="CSV",
    )  # fmt: skip

    told = {
        row[0]: row[1:] for row in Company.objects.values_list("code", "listed_on", "delisted_on", "delisting_reason")
    }
    assert told == {
        "9984": (date(2000, 1, 4), date(2024, 3, 15), "完全子会社化"), "7203": (None, date(2024, 4, 30), "申請"),
        "130A": (date(2024, 3, 22), None, None), "7201": (None, None, None), "1301": (None, None, None),
    }  # fmt: skip
    assert refresh_official_columns() == 0


def test_the_columns_follow_what_is_taken_back(two_lists: None) -> None:
    page = [day("7203", "2026-04-30"), day("7201", "2026-05-01")]
    import_official_dates(page, origin="JPX", covers=YEAR_2026)
    import_official_dates(page[:1], origin="JPX", covers=YEAR_2026)

    assert dict(Company.objects.filter(code__in=["7203", "7201"]).values_list("code", "delisted_on")) == {
        "7203": date(2026, 4, 30), "7201": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("on", "fits"),
    [
        (date(2024, 2, 29), False),  # the list of that day still has it
        (date(2024, 3, 1), True),
        (date(2024, 3, 29), True),  # the first day not traded is that of the list without it
        (date(2024, 4, 1), False),
        (date(2024, 3, 30), False),  # a Saturday: Monday is after the list
    ],
)
def test_a_delisting_is_after_the_last_list_with_it_and_not_after_the_first_without(on: date, fits: bool) -> None:
    found = find_official_on("delisted", date(2024, 2, 29), date(2024, 3, 29), [("delisted", on, None)])

    assert found == (on if fits else None)


def test_a_slip_on_a_closed_day_counts_as_the_next_day_of_trading() -> None:
    """The list is dated by the end of a month, a Saturday; the issue is in it, and gone on Monday."""
    days = [("delisted", date(2026, 1, 31), None)]

    assert find_official_on("delisted", date(2026, 1, 31), date(2026, 2, 27), days) == date(2026, 1, 31)


def test_of_several_days_the_one_next_to_the_list_with_the_issue_is_told() -> None:
    days = [("delisted", date(2024, 3, 4), None), ("listed", date(2024, 3, 5), None), ("delisted", date(2024, 3, 7), None), ("listed", date(2024, 3, 8), None)]  # fmt: skip

    assert find_official_on("delisted", date(2024, 2, 29), date(2024, 3, 29), days) == date(2024, 3, 4)
    assert find_official_on("relisted", date(2024, 2, 29), date(2024, 3, 29), days) == date(2024, 3, 8)
    assert find_official_on("renamed", date(2024, 2, 29), date(2024, 3, 29), days) is None
