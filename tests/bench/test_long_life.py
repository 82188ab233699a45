"""`make bench ARGS=long-life`: the lists of years, and a life of some weeks that is interrupted."""

from dataclasses import replace
from datetime import date
from itertools import islice, pairwise
from pathlib import Path

import pytest

from bench.long_life.costs import Cost
from bench.long_life.life import IMPORT, PLANNING, Life, live
from bench.long_life.lists import FIRST_DAY, business_days, daily_lists, made_stops, stops_of_folder
from bench.long_life.notes import Notes
from bench.long_life.reading import COMPANY_PAGE, EVENTS_PAGE, KNOWN_THEN
from bench.long_life.serving import EXPORTS, FEED, MEMORY
from bench.long_life.table import A_LIST, WITH_THE_YEARS, print_growth, relate_growth
from bench.long_life.upkeep import BACKUP, PROVE_WHOLE, RESTORE
from companies.models import ListingSnapshot
from tests.fakes.jpx import make_rows, make_workbook

_SIZE, _LISTS = 60, 25


def test_a_longer_life_begins_with_the_shorter_one() -> None:
    short = list(daily_lists(made_stops(_SIZE), 30))

    assert list(islice(daily_lists(made_stops(_SIZE), 90), 30)) == short
    assert [day for day, _ in short] == list(business_days(30))
    assert len({issue.code for issue in short[-1][1]}) == len(short[-1][1])


def test_twenty_years_of_business_days_are_over() -> None:
    days = list(business_days(20 * 245 + 1))

    assert (days[0], days[-1].year) == (FIRST_DAY, 2026)
    assert days[-1] < date(2026, 2, 1)
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}


def test_an_exchange_changes_a_quarter_of_its_issues_in_a_year() -> None:
    stops = made_stops(1_000)
    months = [issues for issues, _ in islice(stops, 13)]

    changed = sum(
        months[place][code] != after
        for place in range(12)
        for code, after in months[place + 1].items()
        if code in months[place]
    )
    assert 0.15 < changed / 1_000 < 0.3
    assert months[0].keys() - months[12].keys()
    assert months[12].keys() - months[0].keys()


def test_lists_of_a_folder_are_gone_through_to_and_fro(tmp_path: Path) -> None:
    for day, rows in (
        (date(2024, 1, 31), make_rows(3)),
        (date(2024, 2, 29), make_rows(3, c1301="改名")),
        (date(2024, 3, 29), make_rows(2, c1301="改名")),
    ):
        (tmp_path / f"{day}.xlsx").write_bytes(make_workbook(day, rows))

    lists = [issues for _, issues in daily_lists(stops_of_folder(tmp_path), 120)]
    said = [(len(issues), issues[0].company_name) for issues in lists]

    turns = [said[0], *(after for before, after in pairwise(said) if before != after)]
    assert turns[:6] == [(3, "会社1301"), (3, "改名"), (2, "改名"), (3, "改名"), (3, "会社1301"), (3, "改名")]


def test_a_folder_with_one_list_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.xlsx").write_bytes(make_workbook(date(2024, 1, 31), make_rows(3)))

    with pytest.raises(ValueError, match="2 つ以上"):
        next(stops_of_folder(tmp_path))


def test_what_must_not_grow_is_judged_by_rows() -> None:
    early = {IMPORT: Cost(0.1, rows=10_000), FEED: Cost(1), "検索": Cost(0.1, rows=6)}
    late = {IMPORT: Cost(0.9, rows=15_001), FEED: Cost(9), "検索": Cost(0.1, rows=900)}

    assert [(one.what, one.value, one.is_met) for one in relate_growth({60: early, 2_450: late})] == [
        (f"読んだ行（最後 ÷ 最初）: {IMPORT}", 1.5001, False),
        ("読んだ行（最後 ÷ 最初）: 検索", 1.0, True),
    ]


@pytest.mark.parametrize(
    ("what", "early", "late", "is_met"),
    [
        (PROVE_WHOLE, 90_000, 900_000, True),  # ten times as many lists
        (PROVE_WHOLE, 90_000, 910_000, False),
        (KNOWN_THEN[0], 20_000, 210_000, False),
        (COMPANY_PAGE, 2_000, 3_000 + 2 * 540, True),
        (COMPANY_PAGE, 2_000, 3_010 + 2 * 540, False),
        (EVENTS_PAGE, 2_000, 3_010 + 4 * 540, False),
        ("検索", 6, 1_501, False),
    ],
)
def test_what_may_grow_has_a_bound_as_well(what: str, early: int, late: int, is_met: bool) -> None:
    (found,) = relate_growth({60: {what: Cost(1, rows=early)}, 600: {what: Cost(1, rows=late)}})

    assert found.is_met is is_met


def test_no_process_holds_more_after_the_years() -> None:
    life = {60: {MEMORY: Cost(0, memory=200)}, 600: {MEMORY: Cost(0, memory=301)}}

    assert [one.is_met for one in relate_growth(life)] == [False]
    assert [one.is_met for one in relate_growth({**life, 600: {MEMORY: Cost(0, memory=300)}})] == [True]


def test_what_is_neither_of_the_years_nor_of_the_lists_is_named_once() -> None:
    assert not WITH_THE_YEARS & A_LIST.keys()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_life_of_some_weeks_goes_on_from_where_it_was_interrupted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(line: str) -> None:
        if IMPORT in line:
            raise KeyboardInterrupt

    told: list[str] = []
    life = Life(years=1, size=_SIZE, folder=None, notes=tmp_path / "notes.json", at=(_LISTS,), tell=stop)
    with pytest.raises(KeyboardInterrupt):
        live(life)
    assert ListingSnapshot.objects.count() == _LISTS + 1

    notes = live(replace(life, tell=told.append))

    assert ListingSnapshot.objects.count() == _LISTS + 1
    assert sorted(notes.imports) == list(range(1, _LISTS + 2))
    assert not [line for line in told if PROVE_WHOLE in line]  # that was proven before
    measured = notes.measured[_LISTS]
    assert {PROVE_WHOLE, IMPORT, PLANNING, RESTORE, FEED, MEMORY, *EXPORTS.values()} < measured.keys()
    assert (measured[BACKUP].size > 100_000, measured[MEMORY].memory > 10_000_000) == (True, True)
    assert Notes(life.notes).measured == notes.measured
    print_growth(notes.measured, notes.loads)
    assert f"{_LISTS} 件の後（最後、1 倍）" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_another_life_is_not_gone_on_with(tmp_path: Path) -> None:
    life = Life(years=0.12, size=_SIZE, folder=None, notes=tmp_path / "notes.json")
    day, issues = next(daily_lists(made_stops(_SIZE + 1), 2))
    ListingSnapshot.objects.create(
        date_in_force=day, source="jquants", row_count=len(issues), sha256="0" * 64, rows=b""
    )

    with pytest.raises(RuntimeError, match="--fresh"):
        live(life)
    notes = Notes(life.notes)
    notes.imports[1] = Cost(0.1)
    notes.save()
    with pytest.raises(RuntimeError, match="違います"):
        live(life)
