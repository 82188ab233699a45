"""Which bulk file is taken for which days, by the names that people have seen."""

from datetime import date
from typing import Any

import pytest

from datasources.jquants.bulk_files import BulkFile, assign_days, read_files
from datasources.list_notes import explain_note
from tests.fakes.jquants import business_days

MONTH = "equities/master/historical/2025/equities_master_202503.csv.gz"
DAYS = business_days(date(2025, 3, 3), 21)


def read(key: Any, size: Any = 1000) -> list[BulkFile]:
    return read_files([{"Key": key, "LastModified": "2026-11-07T20:48:51.295000+00:00", "Size": size}])


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        (MONTH, "2025-03-01", "2025-03-31"),
        (f"/{MONTH}", "2025-03-01", "2025-03-31"),
        ("equities/master/premium/historical/2008/equities_master_200805.csv.gz", "2008-05-01", "2008-05-31"),
        ("equities/master/historical/2024/equities_master_202402.csv.gz", "2024-02-01", "2024-02-29"),
        ("equities/master/live/equities_master_20260618.csv.gz", "2026-06-18", "2026-06-18"),
    ],
)
def test_a_file_is_of_the_month_or_day_in_its_name(key: str, first: str, last: str) -> None:
    (file,) = read(key)

    assert (file.key, file.size_bytes) == (key, 1000)
    assert (file.first, file.last) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "key",
    [
        "equities/bars/daily/historical/2025/equities_bars_daily_202503.csv.gz", "equities/master/historical/2025/all.csv.gz",
        "equities/master/historical/2025/equities_master_202513.csv.gz", "equities/master/x_000001.csv.gz", "", None, 202503, ["x"],
    ],
)  # fmt: skip
def test_what_is_no_file_of_lists_is_passed_by(key: Any) -> None:
    assert read(key) == []


@pytest.mark.parametrize("size", [None, "1000", [1]])
def test_a_size_that_is_none_is_not_known(size: Any) -> None:
    assert read(MONTH, size)[0].size_bytes == 0


def test_a_month_holds_its_days_and_single_days_are_not_worth_a_file() -> None:
    days = [f"equities/master/live/equities_master_{day:%Y%m%d}.csv.gz" for day in DAYS]
    files = [file for key in (*days, MONTH) for file in read(key)]

    assert assign_days(files, DAYS) == {read(MONTH)[0]: DAYS}
    assert assign_days(files[:-1], DAYS) == {}


def test_a_month_of_few_missing_days_is_not_worth_its_file() -> None:
    assert assign_days(read(MONTH), DAYS[:3]) == {}
    assert assign_days(read(MONTH), [DAYS[9], *DAYS[:3]]) == {read(MONTH)[0]: [*DAYS[:3], DAYS[9]]}


def test_a_day_is_of_one_file_only() -> None:
    twice = [*read(MONTH), *read("equities/master/premium/historical/2025/equities_master_202503.csv.gz")]

    assert list(assign_days(twice, DAYS).values()) == [DAYS]


def test_a_note_of_a_later_version_is_told_by_its_code() -> None:
    assert explain_note({"code": "BULK_LATER", "details": {"x": 1}}) == "BULK_LATER"
