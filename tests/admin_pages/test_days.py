"""Days as people write them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from admin_pages.days import UnreadableDay, read_day, read_moment


@pytest.mark.parametrize(
    "text",
    [
        "2025-01-31", "2025/1/31", "2025/01/31", "20250131", "2025.1.31", "2025年1月31日", "2025年01月31日", " 2025 年 1 月 31 日 ",
        "２０２５／１／３１", "２０２５年１月３１日", "２０２５０１３１", "2025‐1‐31", "2025－01－31", "2025−1−31", "2025ー1ー31",
        "令和7年1月31日", "令和７年１月３１日", "R7.1.31", "r7/1/31", "Ｒ７．１．３１", "R07-01-31", "㋿7年1月31日",
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_usual_way_of_writing_it(text: str) -> None:
    assert read_day(text) == date(2025, 1, 31)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)), ("R1.5.1", date(2019, 5, 1)), ("平成31年4月30日", date(2019, 4, 30)),
        ("H1.1.8", date(1989, 1, 8)), ("昭和64年1月7日", date(1989, 1, 7)), ("S24.5.16", date(1949, 5, 16)),
    ],
)  # fmt: skip
def test_years_of_an_era_are_counted_from_its_beginning(text: str, day: date) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "", "きのう", "2025-02-29", "2025/13/1", "2025-00-10", "2025", "2025-01", "202501", "2025年1月", "1/31/2025", "25/1/31",
        "2025-1-31 10:00", "2025--1-31", "2025-1-31-", "20250132", "0000-01-01", "令和7年", "令和0年1月1日", "R0.1.1",
        "平成31年5月1日", "令和元年4月30日", "X7.1.31", "2025-01-31; drop", "٢٠٢٥-٠١-٣١", "-2025-01-31", "2025-1-31\x00",
    ],
)  # fmt: skip
def test_what_is_no_day_or_could_be_two_is_refused(text: str) -> None:
    with pytest.raises(UnreadableDay):
        read_day(text)


JAPAN = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-01-31 18:00", datetime(2025, 1, 31, 18, tzinfo=JAPAN)),
        ("2025/1/31 8:05", datetime(2025, 1, 31, 8, 5, tzinfo=JAPAN)),
        ("２０２５年１月３１日　１８：００", datetime(2025, 1, 31, 18, tzinfo=JAPAN)),
        ("令和7年1月31日18時5分", datetime(2025, 1, 31, 18, 5, tzinfo=JAPAN)),
        ("2025-01-31 18:00:59.25", datetime(2025, 1, 31, 18, 0, 59, 250_000, tzinfo=JAPAN)),
        ("2025-01-31T18:00:00Z", datetime(2025, 1, 31, 18, tzinfo=UTC)),
        ("2025-01-31T18:00:00.000001-05:30", datetime(2025, 1, 31, 18, 0, 0, 1, timezone(-timedelta(hours=5, minutes=30)))),
        ("2025-01-31", date(2025, 1, 31)),
    ],
)  # fmt: skip
def test_a_moment_is_a_day_with_a_time_of_the_zone_unless_it_says_otherwise(text: str, moment: date) -> None:
    assert read_moment(text, JAPAN) == moment


@pytest.mark.parametrize(
    "text",
    ["", "18:00", "2025-01-31 24:00", "2025-02-30 10:00", "2025-01-31 10", "2025-01-31 10:00+99:00", "2025-01-3118:00"],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(UnreadableDay):
        read_moment(text, JAPAN)
