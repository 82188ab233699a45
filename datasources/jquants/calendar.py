"""Rows of `/markets/calendar` (V2) and `/markets/trading_calendar` (V1). Pure.

`HolDiv`: 1 business day, 2 half day, 0 none, 3 none though derivatives trade.
Source: J-Quants API V2 "Trading calendar", checked 2026-11.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext

from datasources.choices import ApiVersion, DayKind
from datasources.errors import SourceError

_DIVISION = {ApiVersion.V2: "HolDiv", ApiVersion.V1: "HolidayDivision"}
_KINDS = {"0": DayKind.CLOSED, "1": DayKind.BUSINESS, "2": DayKind.HALF_DAY, "3": DayKind.DERIVATIVES_ONLY}


def read_calendar(rows: Sequence[Mapping[str, Any]], version: str) -> dict[date, DayKind]:
    """What each day is that is told. Raises `SourceError` that names the row."""
    name = _DIVISION[ApiVersion(version)]
    days: dict[date, DayKind] = {}
    for number, row in enumerate(rows, start=1):
        division = row.get(name)
        if division not in _KINDS:
            raise SourceError(
                "INVALID_ROW",
                gettext("取引カレンダーの {number} 行目の {name}「{division}」を読めません。").format(
                    number=number, name=name, division=division
                ),
            )
        try:
            day = date.fromisoformat(str(row.get("Date")))
        except ValueError:
            raise SourceError(
                "INVALID_ROW",
                gettext("取引カレンダーの {number} 行目の Date「{day}」を読めません。").format(
                    number=number, day=row.get("Date")
                ),
            ) from None
        days[day] = _KINDS[division]
    return days
