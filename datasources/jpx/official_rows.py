"""One row of a page or a file into official days, and all that is wrong with its rows at once. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, TypeVar

from django.utils.translation import gettext

from companies.issuers.official_dates.models import OfficialDateKind
from companies.issuers.official_dates.rows import Coverage, OfficialDay
from datasources.jpx.official_columns import COLUMN_OF, DAYS
from datasources.jpx.official_text import Unreadable, has_nothing, read_codes, read_dates, read_kind, read_words
from datasources.official_files import OfficialFile, OfficialFileError

Read = TypeVar("Read")
_KIND_OF = {"listed_on": OfficialDateKind.LISTED, "delisted_on": OfficialDateKind.DELISTED}


@dataclass(slots=True)
class RowReader:
    """Reads rows one by one; `today` is the day in Japan."""

    today: date
    days: list[OfficialDay] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def read(self, line: int, row: Mapping[str, str]) -> None:
        """The days of a row, by field; what cannot be read is a problem of its line and column."""
        found = len(self.problems)
        codes = self._cell(line, row, "code", read_codes) or []
        words: dict[str, Any] = {
            name: self._cell(line, row, name, partial(read_words, field=name))
            for name in ("company_name", "market", "reason")
            if name in row
        }
        announced = self._announced(line, row)
        for name in DAYS:
            if name not in row:
                continue
            dates = self._cell(line, row, name, lambda text: read_dates(text, self.today))
            kind = _KIND_OF.get(name) or self._cell(line, row, "kind", read_kind)
            if len(self.problems) > found or dates is None:
                continue
            told = {**words, "announced_on": announced}
            self._add(line, codes, str(kind), dates, told)

    def _announced(self, line: int, row: Mapping[str, str]) -> date | None:
        if has_nothing(row.get("announced_on", "")):
            return None
        dates = self._cell(line, row, "announced_on", lambda text: read_dates(text, self.today))
        return dates[0] if dates else None

    def _add(
        self, line: int, codes: Iterable[str], kind: str, dates: tuple[date | None, date | None], told: dict[str, Any]
    ) -> None:  # fmt: skip
        day, bracketed = dates
        if day is None:
            message = gettext("{line} 行目: 日が決まっていないため、取り込みません（コード {codes}）。")
            self.warnings.append(message.format(line=line, codes="、".join(codes)))
            return
        if kind != OfficialDateKind.DELISTED:
            told["reason"] = None
        if told["announced_on"] is None and bracketed is not None and bracketed <= day:
            told["announced_on"] = bracketed
        self.days += [OfficialDay(code, kind, day, **told) for code in codes]

    def _cell(self, line: int, row: Mapping[str, str], name: str, read: Callable[[str], Read]) -> Read | None:
        try:
            return read(row.get(name, ""))
        except Unreadable as error:
            place = gettext("{line} 行目「{column}」: ").format(line=line, column=COLUMN_OF[name])
            self.problems.append(f"{place}{error}")
            return None

    def finish(self, origin: str, covers: list[Coverage] | None = None) -> OfficialFile:
        """What was read. Raises `OfficialFileError` where any row is wrong, or none tells a day."""
        if self.problems:
            raise OfficialFileError(self.problems)
        if not self.days:
            raise OfficialFileError(
                [gettext("上場日・上場廃止日が 1 件もありません。ファイルが途中で切れていないか確認してください。")]
            )
        return OfficialFile(self.days, origin, covers or [], self.warnings)
