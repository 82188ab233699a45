"""Rows of companies kept by column, where a process holds many of them for long: a sixth of what as many dictionaries take.

What a column says again and again (markets, sectors, days) is kept once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

#: A column with more different values than this is one of names: looking for the same one again is not worth it.
_MOST_REPEATED = 4096


class CompanyTable(Sequence[Mapping[str, Any]]):
    """Rows that all have the same fields."""

    def __init__(self, rows: Iterable[Mapping[str, Any]] = ()) -> None:
        self._columns: dict[str, list[Any]] = {}
        self._repeated: dict[str, dict[Any, Any]] = {}
        for row in rows:
            self.append(row)

    def append(self, row: Mapping[str, Any]) -> None:
        """One more; nothing of it is held but its values."""
        if not self._columns:
            self._columns = {name: [] for name in row}
            self._repeated = {name: {} for name in row}
        for name, value in row.items():
            self._columns[name].append(self._kept_once(name, value))

    def _kept_once(self, name: str, value: Any) -> Any:
        known = self._repeated.get(name)
        if known is None:
            return value
        if len(known) > _MOST_REPEATED:
            del self._repeated[name]
        return known.setdefault(value, value)

    def column(self, name: str) -> Sequence[Any]:
        """The values of a field, in the order of the rows."""
        return self._columns.get(name, ())

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()), ()))

    def __getitem__(self, position: Any) -> Any:
        """A row; it stays of use as long as the table."""
        return _Row(self._columns, range(len(self))[position])


class _Row(Mapping[str, Any]):
    __slots__ = ("_columns", "_position")

    def __init__(self, columns: Mapping[str, Sequence[Any]], position: int) -> None:
        self._columns, self._position = columns, position

    def __getitem__(self, name: str) -> Any:
        return self._columns[name][self._position]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


def column_of(rows: Sequence[Mapping[str, Any]], name: str) -> Sequence[Any]:
    """The values of a field, whether the rows are a table or not."""
    return rows.column(name) if isinstance(rows, CompanyTable) else [row[name] for row in rows]
