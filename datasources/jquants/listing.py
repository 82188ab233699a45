"""Rows of `/equities/master` (V2) and `/listed/info` (V1), read into the ledger's. Pure.

Source: J-Quants API V2 "Listed issue master" and V1 "Listed issue information", checked 2026-11.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext

from companies.codes import securities_code
from companies.ledger.listed_text import find_fault
from companies.ledger.refusal_wording import explain_text_fault
from companies.listed_issue import ListedIssue
from datasources.choices import ApiVersion
from datasources.errors import SourceError
from datasources.jquants.asked_dates import FIRST_DAY
from datasources.providers import FetchedList

#: What each version calls the fields of an issue.
NAMES: dict[str, dict[str, str]] = {
    ApiVersion.V2: {
        "company_name": "CoName", "company_name_english": "CoNameEn", "market_code": "Mkt", "market_name": "MktNm",
        "sector17_code": "S17", "sector17_name": "S17Nm", "sector33_code": "S33", "sector33_name": "S33Nm",
        "scale_category": "ScaleCat", "margin_code": "Mrgn", "product_category": "ProdCat",
    },
    ApiVersion.V1: {
        "company_name": "CompanyName", "company_name_english": "CompanyNameEnglish", "market_code": "MarketCode",
        "market_name": "MarketCodeName", "sector17_code": "Sector17Code", "sector17_name": "Sector17CodeName",
        "sector33_code": "Sector33Code", "sector33_name": "Sector33CodeName", "scale_category": "ScaleCategory",
        "margin_code": "MarginCode",
    },
}  # fmt: skip
_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
# A list is published at most a few days ahead of its day.
_LATEST_AHEAD = timedelta(days=31)
_CODE_LENGTH = 5


def read_listing(rows: Sequence[Mapping[str, Any]], version: str, *, today: date) -> FetchedList:
    """Read the rows of a whole answer. `today` is the day in Japan. `null`, absent and empty fields are not told.

    Rows without code or name are left in, as are repeated codes: judging the list as a whole is the ledger's part.
    Raises `SourceError` that names row and field for what cannot be a row at all, and for rows of different days.
    """
    reader = RowReader(version, today=today)
    days: set[date] = set()
    issues = []
    for number, row in enumerate(rows, start=1):
        days.add(reader.read_day(row, number))
        if len(days) > 1:
            raise SourceError(
                "MIXED_DATES",
                gettext("{place}: 基準日の異なる行が混ざっています（{shown}）。").format(
                    place=_place(row, number), shown="、".join(map(str, sorted(days)))
                ),
            )
        issues.append(reader.read_issue(row, number))
    return FetchedList(next(iter(days), None), issues)


class RowReader:
    """Reads rows one after another, wherever they come from: an answer, or a file (`datasources.jquants.bulk_csv`)."""

    def __init__(self, version: str, *, today: date) -> None:
        self._today = today
        self._names = {"code": "Code", **NAMES[version]}
        self._fields, self._told_as = tuple(self._names), tuple(self._names.values())
        self._days: dict[str, date] = {}

    def read_day(self, row: Mapping[str, Any], number: int) -> date:
        """The day that the row says it is of; the text of one day is read once. Raises `SourceError`."""
        text = row.get("Date")
        if not isinstance(text, str) or text not in self._days:
            self._days[str(text)] = _read_date(row, number, today=self._today)
        return self._days[str(text)]

    def read_issue(self, row: Mapping[str, Any], number: int) -> ListedIssue:
        """The issue. Raises `SourceError` that names row and field."""
        try:
            issue = _read_texts(self._fields, tuple(map(row.get, self._told_as)))
        except TypeError:  # a value that is no text: an object, say
            issue = None
        return issue or _read_issue(row, number, self._names)


# Days of a back-fill tell nearly all issues as the day before did; those two lists have room.
@lru_cache(maxsize=10_000)
def _read_texts(fields: tuple[str, ...], told: tuple[Any, ...]) -> ListedIssue | None:
    """The issue that these values tell; `None` where anything is wrong with them: `_read_issue` says what."""
    if not all(value is None or type(value) is str for value in told):
        return None
    values = dict(zip(fields, ((value.strip() or None) if value else None for value in told), strict=True))
    code = values["code"] or ""
    if code and len(code) != _CODE_LENGTH:
        return None
    issue = ListedIssue(
        **{**values, "code": securities_code(code), "company_name": values["company_name"] or ""}  # type: ignore[arg-type]
    )
    return None if find_fault(issue) else issue


def _read_issue(row: Mapping[str, Any], number: int, names: Mapping[str, str]) -> ListedIssue:
    told = {field: _read_text(row, name, number) for field, name in names.items()}
    code = told.pop("code") or ""
    issue = ListedIssue(code=code, company_name=told.pop("company_name") or "", **told)
    if fault := find_fault(issue):
        place, field = _place(row, number), names[fault.field]
        raise SourceError("INVALID_ROW", explain_text_fault(fault.details(), place=place, field=field))
    if code and len(code) != _CODE_LENGTH:
        raise SourceError(
            "INVALID_ROW",
            gettext("{place} の Code「{code}」は 5 桁の銘柄コードではありません。").format(
                place=_place(row, number), code=code[:20]
            ),
        )
    return replace(issue, code=securities_code(code))


def _read_date(row: Mapping[str, Any], number: int, *, today: date) -> date:
    text = _read_text(row, "Date", number) or ""
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise SourceError(
            "INVALID_ROW",
            gettext("{place} の Date「{text}」を日付として読めません。").format(
                place=_place(row, number), text=text[:20]
            ),
        ) from None
    if not FIRST_DAY <= day <= today + _LATEST_AHEAD:
        raise SourceError(
            "INVALID_ROW",
            gettext("{place} の Date {day} は一覧の基準日としてありえません（今日は {today}）。").format(
                place=_place(row, number), day=day, today=today
            ),
        )
    return day


def _read_text(row: Mapping[str, Any], name: str, number: int) -> str | None:
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise SourceError(
            "INVALID_ROW",
            gettext("{place} の {name} が文字列ではありません。").format(place=_place(row, number), name=name),
        )
    return value.strip() or None


def _place(row: Mapping[str, Any], number: int) -> str:
    code = row.get("Code")
    return (
        gettext("{number} 行目（Code {code}）").format(number=number, code=str(code)[:20])
        if code
        else gettext("{number} 行目").format(number=number)
    )
