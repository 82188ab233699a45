"""All companies of one generation, held in the process's memory, each as the bytes of its answer.

A list changes once a day and is read all day. Held like this a page costs neither a query nor a serializer, whatever
its filters and offset. Each request says of which generation (`companies_of`): of that which was published
at most 50 ms before it (`api.front.leases`).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Self

from django.db.models import F, Subquery, Window
from django.db.models.functions import DenseRank

from api.generations import Generations, read_generations
from companies.api import rows
from companies.api.company_table import CompanyTable, column_of
from companies.api.held_state import HeldState
from companies.api.remembered import Remembered
from companies.apps import COMPANIES
from companies.choices import SCALE_CATEGORIES
from companies.code_notation import find_code
from companies.fields import COMPANY_FIELDS
from companies.issuers.told import IDENTIFIERS, load_told
from companies.known.reading import newest_revision
from companies.models import Company, LedgerRevision
from companies.search.in_memory import SearchableCompany, SearchIndex
from database.connections import one_snapshot

_FILTERS = (*(field.name for field in COMPANY_FIELDS if field.asked_as), *IDENTIFIERS)
_SIZE_RANKS = {name: rank for rank, name in enumerate(SCALE_CATEGORIES)}

Positions = Sequence[int]
#: Names, in the order of the answer.
Fields = Sequence[str]


class Universe:
    """Companies in the order of their codes; a position is a company's place in it."""

    def __init__(
        self, companies: Sequence[Mapping[str, Any]], fragments: Sequence[bytes], *, state: str, revision: int
    ) -> None:
        """`companies` are rows of `companies.api.rows`, with `search_text`, `changed_at`, `name_rank` and `scale_rank`, as they were
        in `state`, at a revision of the ledger; `fragments` are their answers.
        """
        self.state, self.revision = state, revision
        self._rows, self._fragments = companies, fragments
        self._selections = Remembered()

    # Made when they are asked for: of most past days it is a page of the list, once.
    @cached_property
    def _position(self) -> dict[str, int]:
        return {code: position for position, code in enumerate(column_of(self._rows, "code"))}

    @cached_property
    def _active(self) -> Positions:
        return [position for position, is_active in enumerate(column_of(self._rows, "is_active")) if is_active]

    @cached_property
    def _by_value(self) -> dict[str, dict[Any, list[int]]]:
        return {field: _positions_by_value(column_of(self._rows, field)) for field in _FILTERS}

    @cached_property
    def _index(self) -> SearchIndex:
        return SearchIndex(
            [
                SearchableCompany(
                    company["code"],
                    company["search_text"],
                    company["is_active"],
                    _SIZE_RANKS.get(company["scale_category"], len(SCALE_CATEGORIES)),
                    tuple(company[field] for field in IDENTIFIERS if company[field] is not None),
                )
                for company in self._rows
            ]
        )

    def prepare(self) -> Self:
        """Make at once all that can be asked for."""
        _ = self._position, self._active, self._by_value, self._index
        return self

    def find(self, code: str, fields: Fields | None = None) -> bytes | None:
        """The answer for one company, by its code in any notation; of some fields alone where they are given."""
        position = self.place_of(find_code(code) or "")
        return None if position is None else self.join([position], fields)

    def place_of(self, code: str) -> int | None:
        """Where a company stands, by its code."""
        return self._position.get(code)

    def join(self, positions: Positions, fields: Fields | None = None) -> bytes:
        """The companies at these positions, as the inside of a JSON list; some fields of each alone where they are given."""
        if fields is not None:
            return b",".join([answer_fragment(row, fields) for row in map(self.row, positions)])
        fragments = self._fragments
        return b",".join([fragments[position] for position in positions])

    def row(self, position: int) -> Mapping[str, Any]:
        """What is told of a company, by its fields."""
        return self._rows[position]

    def rows(self, positions: Positions) -> Iterator[dict[str, Any]]:
        """The same as rows of a file."""
        return ({field: self._rows[position][field] for field in rows.COMPANY_FIELDS} for position in positions)

    def codes(self, positions: Positions) -> list[str]:
        """Their codes, in the same order."""
        return [self._rows[position]["code"] for position in positions]

    def search(self, query: str, *, active_only: bool) -> Positions:
        """The best matches first."""
        found = self._index.search(query)
        return [position for position in found if self._rows[position]["is_active"]] if active_only else found

    def select(self, values: Mapping[str, Any]) -> Positions:
        """What the filters and the order of `CompanyListFilterSet` (all but the page and `as_of`) leave."""
        selection: Positions = self._selections.get(values, lambda: self._ordered(self._filtered(values), values))
        return selection

    def _filtered(self, values: Mapping[str, Any]) -> Positions:
        found: Positions = self._active if values["active_only"] else range(len(self._rows))
        if "q" in values:
            found = self.search(values["q"], active_only=values["active_only"])
        sets = [
            frozenset().union(*(self._by_value[field].get(value, ()) for value in values[field]))
            for field in _FILTERS
            if field in values
        ]
        if "code" in values:
            wanted = (self._position.get(code) for code in values["code"])
            sets.append(frozenset(position for position in wanted if position is not None))
        if "updated_since" in values:
            since = values["updated_since"]
            moments = column_of(self._rows, "changed_at")
            sets.append(frozenset(position for position, moment in enumerate(moments) if moment >= since))
        if sets:
            allowed = frozenset.intersection(*sorted(sets, key=len))
            found = [position for position in found if position in allowed]
        return found

    def _ordered(self, positions: Positions, values: Mapping[str, Any]) -> Positions:
        """In the order asked for, last of all by code; without one in that of the codes, or of the search."""
        if "ordering" not in values:
            return positions
        ordered = sorted(positions)
        for name in reversed(values["ordering"]):
            sort_key = self._sort_key(name.removeprefix("-"))
            ordered.sort(key=lambda p, of=sort_key: _nulls_last(of(p)), reverse=name.startswith("-"))  # type: ignore[misc]
        return ordered

    def _sort_key(self, field: str) -> Callable[[int], Any]:
        """What the companies are ordered by."""
        name = _ORDERED_BY.get(field, field)
        return lambda position: self._rows[position][name]


#: The database's collation decides how texts are ordered; codes are ordered the same everywhere.
_ORDERED_BY = {"company_name": "name_rank", "scale_category": "scale_rank", "updated_at": "changed_at"}


def _nulls_last(value: Any) -> tuple[bool, Any]:
    return (value is None, value)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


def answer_fragment(company: Mapping[str, Any], fields: Fields = rows.COMPANY_FIELDS) -> bytes:
    """The JSON of one company."""
    return _encode({field: company[field] for field in fields}).encode()


def _positions_by_value(values: Sequence[Any]) -> dict[Any, list[int]]:
    positions: dict[Any, list[int]] = {}
    for position, value in enumerate(values):
        positions.setdefault(value, []).append(position)
    return positions


def load_universe() -> tuple[Generations, Universe]:
    """Read all companies, and the generations that they are of."""
    shown = Company.objects.shown()
    companies = shown.order_by("code").annotate(
        name_rank=Window(DenseRank(), order_by=F("company_name").asc()),
        scale_rank=Window(DenseRank(), order_by=F("scale_category").asc()),
        # With them, which saves a round trip.
        revision=Subquery(LedgerRevision.objects.order_by("-number").values("number")[:1]),
    )
    table, fragments = CompanyTable(), []
    with one_snapshot():
        numbers = read_generations()
        for company in rows.companies_in_full(companies, load_told()):
            table.append(company)
            fragments.append(answer_fragment(company))
        revision = table[0]["revision"] if table else newest_revision()
    return numbers, Universe(table, fragments, state=numbers.of(COMPANIES), revision=revision).prepare()


_held = HeldState(load_universe)


def companies_of(generation: str | None) -> Universe:
    """The companies of a generation that was published, or of a later one; without one, of that of the database."""
    return _held.of(generation)


def held_companies(generation: str) -> Universe | None:
    """The same where this process holds them."""
    return _held.at_hand(generation)
