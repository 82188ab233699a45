"""Days as people in Japan write them. Pure. The API takes ISO 8601 only; this is for what a person types."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

#: Name and letter of each era, and its first day. Older ones are no days of a stock exchange that this product knows.
_ERAS = (
    (("令和", "R"), date(2019, 5, 1)),
    (("平成", "H"), date(1989, 1, 8)),
    (("昭和", "S"), date(1926, 12, 25)),
)
# What stands between year, month and day; the dashes are those that Japanese keyboards and spreadsheets give.
_BETWEEN = re.compile(r"\s*[-/.年月‐‑‒–—―−ー]\s*")
_WESTERN = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_OF_AN_ERA = re.compile(r"(令和|平成|昭和|[RHS])\s*(元|[0-9]{1,2})-([0-9]{1,2})-([0-9]{1,2})")
_WITH_TIME = re.compile(
    r"(.*[0-9日])(?:\s*T\s*|\s+|(?<=日))([0-9]{1,2})[:時]([0-9]{1,2})"
    r"(?:[:分]([0-9]{1,2})(?:\.([0-9]{1,6}))?)?[分秒]?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?"
)


class UnreadableDay(ValueError):
    """The text is no day, or one that the calendar does not have."""


def read_day(text: str) -> date:
    """`2025-01-31`, `2025/1/31`, `2025.1.31`, `20250131`, `2025年1月31日`, `令和7年1月31日`, `R7.1.31`, full-width or not.

    Raises `UnreadableDay` for anything else, also for what can be read in two ways (`1/2/2025`, `25/1/2`).
    """
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    joined = _BETWEEN.sub("-", plain).removesuffix("日").rstrip()
    try:
        if found := _WESTERN.fullmatch(joined) or _COMPACT.fullmatch(plain):
            return date(*map(int, found.groups()))
        if found := _OF_AN_ERA.fullmatch(joined):
            era, year, month, day = found.groups()
            return _in_era(era, 1 if year == "元" else int(year), int(month), int(day))
    except ValueError as error:  # the 30th of February, or a day that the era does not have
        raise UnreadableDay(text) from error
    raise UnreadableDay(text)


def read_moment(text: str, zone: tzinfo) -> datetime | date:
    """A day as `read_day` takes it, alone or with a time: `2025-01-31 18:00`, `2025/1/31 18:00:30`, `2025年1月31日18時5分`,
    `2025-01-31T18:00:00+09:00`. A time is of `zone` where it does not say otherwise.

    Raises `UnreadableDay` for anything else.
    """
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    found = _WITH_TIME.fullmatch(plain)
    if found is None:
        return read_day(text)
    day, hour, minute, second, fraction, offset = found.groups()
    try:
        clock = time(int(hour), int(minute), int(second or 0), int((fraction or "").ljust(6, "0")))
        return datetime.combine(read_day(day), clock, _read_offset(offset) if offset else zone)
    except ValueError as error:
        raise UnreadableDay(text) from error


def _read_offset(text: str) -> tzinfo:
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _in_era(name: str, year: int, month: int, day: int) -> date:
    next_begins = date.max
    for names, begins in _ERAS:
        if name in names:
            found = date(begins.year + year - 1, month, day)
            if begins <= found < next_begins:
                return found
            break
        next_begins = begins
    raise ValueError
