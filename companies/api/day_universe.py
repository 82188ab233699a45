"""The companies of one day: answers that are the same on every day on which a version held, but for the day."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from companies.api.universe import Fields, Positions, Universe, answer_fragment

#: By code the places of name and size.
Ranks = dict[str, tuple[int, int | None]]

# Not in JSON, whatever a company is called: the day is put in its place.
_DAY = b"\xff"
_OF_THE_DAY = ("reference_date", "last_seen_on")
# No text of a list has it (`companies.ledger.listed_text`), nor can one be written that is the same in JSON.
_NO_DAY, _AS_JSON = "\0", rb'"\u0000"'


def fragment_of_any_day(row: Mapping[str, Any]) -> bytes:
    """The answer of a version, which lacks the day; `DayUniverse` puts it in."""
    return answer_fragment({**row, **dict.fromkeys(_OF_THE_DAY, _NO_DAY)}).replace(_AS_JSON, b'"%b"' % _DAY)


class DayUniverse(Universe):
    """The companies listed on a day, by the list that was in force."""

    def __init__(
        self, list_day: date, versions: Sequence[Mapping[str, Any]], fragments: Sequence[bytes], *,
        state: str, revision: int, load_ranks: Callable[[], Ranks],
    ) -> None:  # fmt: skip
        super().__init__(versions, fragments, state=state, revision=revision)
        self._day, self._load_ranks = list_day, load_ranks

    @cached_property
    def _ranks(self) -> Ranks:
        return self._load_ranks()

    def join(self, positions: Positions, fields: Fields | None = None) -> bytes:
        """With the day put in."""
        return super().join(positions, fields).replace(_DAY, self._day_bytes)

    def row(self, position: int) -> Mapping[str, Any]:
        """With the day put in."""
        return {**super().row(position), **dict.fromkeys(_OF_THE_DAY, self._day)}

    def rows(self, positions: Positions) -> Iterator[dict[str, Any]]:
        """With the day put in."""
        of_the_day = dict.fromkeys(_OF_THE_DAY, self._day)
        return ({**row, **of_the_day} for row in super().rows(positions))

    @property
    def _day_bytes(self) -> bytes:
        return self._day.isoformat().encode()

    def _sort_key(self, field: str) -> Callable[[int], Any]:
        if field in ("company_name", "scale_category"):
            place = 0 if field == "company_name" else 1
            return lambda position: self._ranks[self._rows[position]["code"]][place]
        return super()._sort_key(field)
