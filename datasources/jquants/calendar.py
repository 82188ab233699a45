"""Rows of `/markets/calendar` (V2) and `/markets/trading_calendar` (V1). Pure.

`HolDiv`: 1 business day, 2 half day, 0 none, 3 none though derivatives trade.
Source: J-Quants API V2 "Trading calendar", checked 2026-11.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext

from datasources.choices import ApiVersion
from datasources.errors import SourceError

_DIVISION = {ApiVersion.V2: "HolDiv", ApiVersion.V1: "HolidayDivision"}
_KNOWN, _OPEN = {"0", "1", "2", "3"}, {"1", "2"}


def read_calendar(rows: Sequence[Mapping[str, Any]], version: str) -> dict[date, bool]:
    """Whether the exchange trades shares, for each day that is told. Raises `SourceError` that names the row."""
    name = _DIVISION[ApiVersion(version)]
    days = {}
    for number, row in enumerate(rows, start=1):
        division = row.get(name)
        if division not in _KNOWN:
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
        days[day] = division in _OPEN
    return days
