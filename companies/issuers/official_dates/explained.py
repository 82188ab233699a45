"""Differences that somebody looked into: a CSV file that says of each why it is, where that stands, and the day that was read. Pure.

    kind,code,day,reason,source,checked_on
    delisted,5690,2021-09-29,"…",https://…,2026-11-27

`day` is the official one; of an event that has none, the first list without the issue (or with it, where it was listed). Unlike what is
accepted in the admin, which is of one installation, the file can be kept beside the report and read by whoever doubts it.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from companies.issuers.official_dates.errors import ExplanationFault
from companies.issuers.official_dates.models import OfficialDateKind
from companies.issuers.official_dates.reconciliation import Compared

_COLUMNS = ["kind", "code", "day", "reason", "source", "checked_on"]
Difference = tuple[str, str, date]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one difference is, the place where that can be read, and the day on which somebody did."""

    kind: str
    code: str
    day: date
    reason: str
    source: str
    checked_on: date

    @property
    def of(self) -> Difference:
        """What it explains."""
        return self.kind, self.code, self.day


def read_explanations(lines: Iterable[str]) -> dict[Difference, Explanation]:
    """Raises `ExplanationFault` with the row: what is not said of a difference explains nothing."""
    rows = csv.reader(lines, strict=True)
    found: dict[Difference, Explanation] = {}
    try:
        if next(rows, []) != _COLUMNS:
            raise ExplanationFault(1, gettext("1 行目は {names} にしてください。").format(names=",".join(_COLUMNS)))
        for cells in rows:
            one = _read_row(cells, rows.line_num)
            if found.setdefault(one.of, one) is not one:
                raise ExplanationFault(
                    rows.line_num, gettext("同じ相違が 2 回あります（{code}）。").format(code=one.code)
                )
    except csv.Error as error:
        raise ExplanationFault(rows.line_num, gettext("CSV として読めません。")) from error
    return found


def difference_of(one: Compared) -> Difference | None:
    """What an explanation of it has to name; nothing where there is no day at all."""
    day = one.official_on or one.day
    return None if day is None else (one.kind, one.code, day)


def _read_row(cells: list[str], line: int) -> Explanation:
    told = dict(zip(_COLUMNS, (cell.strip() for cell in cells), strict=False))
    for name in _COLUMNS:
        if not told.get(name):
            raise ExplanationFault(line, gettext("{name} を空にはできません。").format(name=name))
    if len(cells) > len(_COLUMNS):
        words = gettext('列が {count} あります。"," を含む値は "" で囲んでください。')
        raise ExplanationFault(line, words.format(count=len(cells)))
    if told["kind"] not in OfficialDateKind.values:
        words = gettext("kind は {kinds} のどれかにしてください。")
        raise ExplanationFault(line, words.format(kinds=gettext("、").join(OfficialDateKind.values)))
    return Explanation(
        told["kind"], told["code"], _read_day(told, "day", line), told["reason"], told["source"],
        _read_day(told, "checked_on", line),
    )  # fmt: skip


def _read_day(told: dict[str, str], name: str, line: int) -> date:
    try:
        return date.fromisoformat(told[name])
    except ValueError as error:
        raise ExplanationFault(line, gettext("{name} は YYYY-MM-DD で書いてください。").format(name=name)) from error
