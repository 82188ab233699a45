"""How many companies each choice of a filter would leave, for all filters of the list at once.

The admin asks the database once for each filter. Here it groups the companies by all fields that have a filter, some
hundred groups, and the rest is adding up.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property

from admin_pages.strict_list import StrictChangeList
from companies.admin.columns import PARAMETER, find_column_problems, name_columns
from companies.models import Company
from companies.search.in_database import filter_by_query

#: The field of the filter that says of which companies the list is, rather than narrowing it.
LISTED = "is_active"


class ChoiceCounts:
    """Counted from `companies` before any filter. `chosen` has the values that each filter lets through (none: all)."""

    def __init__(self, companies: QuerySet[Company], chosen: Mapping[str, Collection[Any]]) -> None:
        self._fields = list(chosen)
        self._chosen = list(chosen.values())
        groups = companies.order_by().values_list(*self._fields).annotate(count=Count("pk"))
        self._groups: list[tuple[Any, ...]] = list(groups)

    def total(self) -> int:
        """The companies that all filters together let through."""
        return self.total_of(self._fields)

    def total_of(self, fields: Collection[str]) -> int:
        """Those that the filters of these fields let through."""
        asked = [
            (at, self._chosen[at]) for at, field in enumerate(self._fields) if field in fields and self._chosen[at]
        ]
        return sum(group[-1] for group in self._groups if all(group[at] in values for at, values in asked))

    def by_value(self, field: str) -> Counter[Any]:
        """The companies with each value of a field that all other filters let through."""
        place = self._fields.index(field)
        others = [(at, values) for at, values in enumerate(self._chosen) if values and at != place]
        counts: Counter[Any] = Counter()
        for group in self._groups:
            if all(group[at] in values for at, values in others):
                counts[group[place]] += group[-1]
        return counts


class CountedFilter:
    """A filter whose choices show how many companies they leave."""

    #: What the filter is about, and the attribute `value()` gives the choice.
    counted_field: str
    lookup_choices: list[tuple[str, Any]]

    def chosen(self) -> list[Any]:
        """The values let through; none of them where all are."""
        raise NotImplementedError

    def count(self, choice: str, by_value: Counter[Any]) -> int:
        """The companies that a choice leaves."""
        return by_value[choice]

    def get_facet_queryset(self, changelist: Any) -> dict[str, str]:
        """The admin's hook for counts: by the place of the choice."""
        by_value = changelist.choice_counts.by_value(self.counted_field)
        return {f"{at}__c": f"{self.count(choice, by_value):,}" for at, (choice, _) in enumerate(self.lookup_choices)}


class CountedPaginator(Paginator):  # type: ignore[type-arg] # not subscriptable at run time
    """Pages of a list whose length is known already: counting once more would take as long as finding."""

    @cached_property
    def count(self) -> int:
        known: int | None = getattr(self.object_list, "known_total", None)
        return Paginator.count.func(self) if known is None else known  # type: ignore[attr-defined] # a cached property


class CompanyChangeList(StrictChangeList):
    """The list of companies with the counts of its filters."""

    own_parameters: ClassVar[tuple[str, ...]] = (PARAMETER,)

    def get_filters(self, request: HttpRequest) -> Any:
        """With what is wrong with the columns that the address names."""
        found = super().get_filters(request)
        self.problems += find_column_problems(request, self.model_admin.every_column)
        return found

    @cached_property
    def total(self) -> int | None:
        """Of the day and of the listing state: all that the other filters and the search may narrow."""
        if self.problems:
            return None
        if not self.query.strip():
            return self.choice_counts.total_of([LISTED])
        # The choices are counted of what was searched for.
        day = self.filter_specs[0]
        listed = next(spec for spec in self.filter_specs if getattr(spec, "counted_field", "") == LISTED)
        return int(listed.queryset(listed.request, day.queryset(day.request, self.root_queryset)).count())

    @cached_property
    def link(self) -> str:
        """With the columns by name, whatever the other's browser remembers."""
        query = QueryDict(super().link, mutable=True)
        query[PARAMETER] = name_columns(self.list_display)
        return query.urlencode()

    def get_results(self, request: HttpRequest) -> None:
        """A page; how many there are follows from the counts of the choices."""
        self.queryset.known_total = self.choice_counts.total()
        super().get_results(request)

    @cached_property
    def choice_counts(self) -> ChoiceCounts:
        """Of the day and the search of this page."""
        first = self.filter_specs[0]  # it sets the states that the others read
        others = [spec for spec in self.filter_specs if isinstance(spec, CountedFilter)]
        companies = first.queryset(first.request, self.root_queryset.none() if self.problems else self.root_queryset)
        if self.query.strip():
            companies = filter_by_query(companies, self.query, state="state_")
        return ChoiceCounts(companies, {other.counted_field: other.chosen() for other in others})
