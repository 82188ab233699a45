"""The report on official days: what agrees, what does not and why, and that nothing without a cause passes."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from companies.issuers.official_dates.agreement_report import Agreed
from companies.issuers.official_dates.agreement_tables import by_interval
from companies.issuers.official_dates.explained import Explanation
from companies.issuers.official_dates.importing import import_official_dates
from companies.issuers.official_dates.reconciliation import Compared
from companies.issuers.official_dates.rows import OfficialDay
from companies.ledger.snapshots import apply_snapshot
from tests.factories import make_list

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY, MARCH, LATER = date(2023, 1, 31), date(2023, 2, 28), date(2023, 3, 31), date(2023, 9, 29)
HEADER = "kind,code,day,reason,source,checked_on"
ROW = "delisted,7203,2023-03-15,取引所の訂正を待つ,https://example.test/7203,2026-11-27"
Report = Callable[..., str]


@pytest.fixture
def days(db: None) -> None:
    """1301 to 1303 go in March, on the first day of which 1301 does, on the last 1302; 1304 goes later, of which nobody tells."""
    for day, codes in (
        (JANUARY, ["1301", "1302", "1303", "1304", "7203"]),
        (FEBRUARY, ["1301", "1302", "1303", "1304", "7203"]),
        (MARCH, ["1304", "7203"]),
        (LATER, ["7203"]),
    ):
        apply_snapshot(day, make_list(codes), "jpx", force=True)
    tell(("1301", "2023-03-01"), ("1302", "2023-03-31"), ("1303", "2023-04-03"), ("8888", "2023-10-02"))


def tell(*told: tuple[str, str]) -> None:
    import_official_dates([OfficialDay(code, "delisted", date.fromisoformat(on)) for code, on in told], origin="CSV")


@pytest.fixture
def report(tmp_path: Path) -> Report:
    """The text that the command writes; `rows` are those of its file of causes."""

    def write(*arguments: Any, rows: str | None = None) -> str:
        path, causes = tmp_path / "agreement.md", tmp_path / "causes.csv"
        path.unlink(missing_ok=True)
        if rows is not None:
            causes.write_text(rows, encoding="utf-8")
            arguments += ("--causes", causes)
        call_command("reconcile", "--report", path, *arguments, stdout=io.StringIO(), stderr=io.StringIO())
        return path.read_text()

    return write


def explained(*rows: str) -> str:
    return "\n".join([HEADER, *rows])


OPEN = (
    "delisted,1303,2023-04-03,一覧の方が早い,https://example.test/1303,2026-11-27",
    "delisted,8888,2023-10-02,別の市場の銘柄,https://example.test/8888,2026-11-26",
)


def test_every_day_stands_in_the_report_once_and_with_its_cause(days: None, report: Report) -> None:
    text = report("--language", "en", rows=explained(*OPEN))

    assert "| Official days | 4 |" in text
    assert "| Agreed: the very day of the list that shows it | 1 |" in text
    assert "| Agreed: between that list and the one before | 1 |" in text
    assert "| 2023-02-28 | 2023-03-31 | 31 | 2 | 2 | 0 | 0 | 0 |" in text
    assert "2023-02-28 – 2023-03-31 (2): 1301 2023-03-01, 1302 2023-03-31" in text
    assert "- 1303: official 2023-04-03, lists 2023-02-28 – 2023-03-31." in text
    assert "一覧の方が早い https://example.test/1303 (2026-11-27)" in text
    assert "- 8888: official 2023-10-02, lists -." in text
    assert "2023-03-31 – 2023-09-29 (1): 1304" in text
    assert "No official day of this kind was imported" not in text


def test_the_same_data_gives_the_same_report(days: None, report: Report) -> None:
    first = report(rows=explained(*OPEN))

    assert report(rows=explained(*OPEN)) == first
    assert first.startswith("# 公式の日との照合\n")
    assert "一致: その一覧と前の一覧の間 | 1 |" in first


def test_a_difference_without_a_cause_fails_and_stands_in_the_report_all_the_same(
    days: None, report: Report, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="2 件"):
        report()

    text = (tmp_path / "agreement.md").read_text()
    assert text.count("**原因のない相違**") == 2
    assert "| 原因のない相違 | 2 |" in text
    with pytest.raises(CommandError, match="1 件"):
        report(rows=explained(OPEN[0]))


def test_a_cause_of_another_day_or_kind_explains_nothing(days: None, report: Report) -> None:
    with pytest.raises(CommandError, match="1 件"):
        report(rows=explained(OPEN[0], OPEN[1].replace("2023-10-02", "2023-10-03")))
    with pytest.raises(CommandError, match="1 件"):
        report(rows=explained(OPEN[0], OPEN[1].replace("delisted", "listed")))


@pytest.mark.parametrize(
    "row",
    [
        ROW,
        # The data explains it by itself.
        "delisted,1304,2023-09-29,x,y,2026-11-27",
        # They agree.
        "delisted,1301,2023-03-01,x,y,2026-11-27",
    ],
)
def test_an_explanation_of_what_needs_none_is_refused(days: None, report: Report, row: str) -> None:
    with pytest.raises(CommandError, match=rf"消してください: delisted {row[9:13]}"):
        report(rows=explained(*OPEN, row))


def test_explanations_of_a_time_that_was_not_asked_for_are_not_missed(days: None, report: Report) -> None:
    assert "8888" in report("--since", "2023-10-01", rows=explained(*OPEN))


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("", r"1 行目.*kind,code"),
        ("code,kind\n", r"1 行目.*kind,code"),
        (explained(ROW.replace("delisted", "gone")), r"2 行目.*listed"),
        (explained(ROW.replace("2023-03-15", "15/3/2023")), r"2 行目.*day は YYYY-MM-DD"),
        (explained(ROW.replace("2026-11-27", "yesterday")), r"2 行目.*checked_on は YYYY-MM-DD"),
        (explained(ROW.replace("https://example.test/7203", " ")), r"2 行目.*source を空"),
        (explained(ROW.rpartition(",")[0]), r"2 行目.*checked_on を空"),
        (explained(ROW + ",more"), r"2 行目.*列が 7"),
        (explained(ROW, ROW), r"3 行目.*2 回あります（7203）"),
        (explained('delisted,"7203'), r"CSV として読めません"),
    ],
)
def test_a_file_of_causes_that_says_too_little_is_refused(days: None, report: Report, rows: str, says: str) -> None:
    with pytest.raises(CommandError, match=says):
        report(rows=rows)


def test_a_file_of_causes_that_cannot_be_read_is_named(days: None, tmp_path: Path) -> None:
    (tmp_path / "cp932.csv").write_bytes("理由".encode("cp932"))

    for path in (tmp_path / "missing.csv", tmp_path / "cp932.csv"):
        with pytest.raises(CommandError, match=path.name):
            call_command("reconcile", "--causes", path, stdout=io.StringIO())
    with pytest.raises(CommandError, match="書けません"):
        call_command("reconcile", "--report", tmp_path / "no" / "where.md", stdout=io.StringIO())


def test_what_nobody_told_of_is_said_to_be_compared_with_nothing(db: None, report: Report) -> None:
    apply_snapshot(JANUARY, make_list(["1301"]), "jpx")
    apply_snapshot(FEBRUARY, make_list(["1301", "1302"]), "jpx", force=True)

    text = report("--language", "en")

    assert "No official day of this kind was imported: the 1 that follow from lists are compared with nothing." in text
    assert "1302" not in text


def test_what_a_person_accepted_has_that_reason() -> None:
    one = Compared("only_official", "delisted", "8888", "", date(2023, 10, 2), None, None, "never_listed")

    assert Agreed([one], [], {}, {}).without_cause == [one]
    assert Agreed([one], [], {}, {one.key: "別の市場"}).without_cause == []
    explanation = Explanation("delisted", "8888", date(2023, 10, 2), "why", "where", MARCH)
    assert Agreed([one], [], {explanation.of: explanation}, {}).without_cause == []


def test_codes_are_in_order_of_their_lists_and_a_code_stays_with_its_day() -> None:
    ones = [
        Compared("agreeing", "delisted", f"{code}", "", MARCH, FEBRUARY, MARCH) for code in range(1320, 1300, -1)
    ] + [Compared("agreeing", "delisted", "9999", "", FEBRUARY, JANUARY, FEBRUARY)]

    first, _, second = by_interval(ones, shows_day=True).partition("\n\n")

    assert first == "2023-01-31 – 2023-02-28 (1): 9999 2023-02-28"
    assert second.startswith("2023-02-28 – 2023-03-31 (20): 1301 2023-03-31, 1302 2023-03-31,")
