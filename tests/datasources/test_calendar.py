"""What the calendar's divisions mean."""

from datetime import date

import pytest

from datasources.choices import DayKind
from datasources.errors import SourceError
from datasources.jquants.calendar import read_calendar

WEEK = [date(2026, 12, 28), date(2026, 12, 29), date(2026, 12, 30), date(2026, 12, 31)]


@pytest.mark.parametrize(("version", "name"), [("v2", "HolDiv"), ("v1", "HolidayDivision")])
def test_half_days_are_business_days_and_days_of_derivatives_alone_are_none(version: str, name: str) -> None:
    rows = [{"Date": day.isoformat(), name: str(division)} for division, day in enumerate(WEEK)]

    assert read_calendar(rows, version) == dict(
        zip(WEEK, [DayKind.CLOSED, DayKind.BUSINESS, DayKind.HALF_DAY, DayKind.DERIVATIVES_ONLY], strict=True)
    )


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"Date": "2026-12-28", "HolDiv": "4"}, "1 行目の HolDiv「4」"),
        ({"Date": "2026-12-28", "HolDiv": 1}, "1 行目の HolDiv「1」"),
        ({"Date": "2026-12-28"}, "1 行目の HolDiv「None」"),
        ({"Date": "2026-12-32", "HolDiv": "1"}, "1 行目の Date「2026-12-32」"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(row: dict[str, object], words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        read_calendar([row], "v2")

    assert caught.value.code == "INVALID_ROW"
