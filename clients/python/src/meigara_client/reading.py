"""How single values of an answer are read, and how days and moments are written into a question."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any, TypeAlias, TypeVar

Model = TypeVar("Model")
#: A calendar date in Japan: a `date`, `2024-03-01`, or a moment (without a time zone: of Japan; so may be a `pandas.Timestamp`).
Day: TypeAlias = date | str
#: What was known when: the number of a revision, or a moment with its time zone.
KnownAt: TypeAlias = int | datetime | str

JAPAN = timezone(timedelta(hours=9), "JST")


def day_or_none(value: str | None) -> date | None:
    """A date, where there is one."""
    return None if value is None else date.fromisoformat(value)


def moment_or_none(value: str | None) -> datetime | None:
    """A moment, where there is one."""
    return None if value is None else datetime.fromisoformat(value)


def each(read: Callable[[Mapping[str, Any]], Model], rows: Iterable[Mapping[str, Any]]) -> tuple[Model, ...]:
    """Every part of a list."""
    return tuple(map(read, rows))


def text_tuple(values: Iterable[Any]) -> tuple[Any, ...]:
    """A list of texts, which nobody changes afterwards."""
    return tuple(values)


def as_day(value: Day) -> date:
    """The day in Japan. Raises `ValueError` for a text of another form, and `TypeError` for what is no day."""
    if isinstance(value, str):
        return date.fromisoformat(value)
    if isinstance(value, datetime):
        return (value if value.tzinfo is None else value.astimezone(JAPAN)).date()
    if isinstance(value, date):
        return value
    raise TypeError(f"{value!r} is no day: a date, a moment, or a text such as 2024-03-01 is")


def as_parameter(value: object) -> str:
    """One value as the API reads it. Raises `ValueError` for a moment that has no time zone."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone: give it one, such as datetime(..., tzinfo=JAPAN)")
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def as_query(parameters: Mapping[str, object]) -> list[tuple[str, str]]:
    """Name and value of all that are given; a list of values is its name again for each."""
    pairs: list[tuple[str, str]] = []
    for name, value in parameters.items():
        if value is None:
            continue
        values: Iterable[object] = value if isinstance(value, Iterable) and not isinstance(value, str) else [value]
        pairs += [(name, as_parameter(one)) for one in values]
    return pairs


def parts_of(first: date, last: date, most_days: int) -> Iterable[tuple[date, date]]:
    """A period in parts of so many days; one that runs backwards as it is, for the server to judge."""
    while (last - first).days >= most_days:
        yield first, first + timedelta(days=most_days - 1)
        first += timedelta(days=most_days)
    yield first, last
