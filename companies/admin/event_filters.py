"""Filters of the events: what happened, when, to whom, and what became of what."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property, lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, MultipleDropdownFilter

from admin_pages.filter_days import PeriodFilter
from companies.admin.filters import chosen_values
from companies.choices import CHOICES_OF, EventType
from companies.events.certainty import Certainty, EventsAcross, find_across, narrow_by_certainty
from companies.events.sectors import SECTOR33, with_sector33
from companies.fields import COMPANY_FIELDS, FIELD_BY_NAME, N_, CompanyField
from companies.models import CompanyVersion, ListingEvent
from companies.named_values import named_values

Events = QuerySet[ListingEvent]
#: The choice of what has no market, or no sector.
UNTOLD = "-"
CERTAINTY = "certainty"


def names_of(request: HttpRequest, field: CompanyField) -> list[tuple[str, str]]:
    """The names of a field's values, read once a request however many filters have them."""
    known: dict[str, list[tuple[str, str]]] = vars(request).setdefault("names_of_fields", {})
    if field.name not in known:
        known[field.name] = named_values(field)
    return known[field.name]


class EventPeriodFilter(PeriodFilter):
    """From one day to another: by the days of lists, or, where that is asked for, by what is certain of each event."""

    def __init__(self, field: Any, request: HttpRequest, *others: Any, **options: Any) -> None:
        super().__init__(field, request, *others, **options)
        self.certainty = request.GET.get(CERTAINTY, "")
        if self.certainty in Certainty.values and not (self.first or self.last or self.problem):
            self.problem = gettext("確かさで絞り込むには、期間の始まりか終わりも指定してください。")

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Without a certainty that is one, by the days of lists; another is the fault of its own filter."""
        if self.certainty not in Certainty.values or self.problem:
            return super().queryset(request, queryset)
        return self.narrow(queryset, self.certainty)

    def narrow(self, events: Any, certainty: str) -> Any:
        """Of events of all times, those of the period that are so certain."""
        return narrow_by_certainty(events, certainty, self.first, self.last, self._across)

    @cached_property
    def _across(self) -> EventsAcross:
        return find_across(self.first, self.last)


class CertaintyFilter(DropdownFilter):
    """Read by the filter of the period."""

    title, parameter_name = _("期間との関係"), CERTAINTY
    all_option = ("", _("一覧の日が期間中のもの"))

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in Certainty.choices]

    def queryset(self, request: HttpRequest, queryset: Events) -> Events:
        return queryset


class EventTypeFilter(MultipleDropdownFilter):
    title, parameter_name = _("種別"), "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(code), str(label)) for code, label in EventType.choices]

    def queryset(self, request: HttpRequest, queryset: Events) -> Events:
        chosen = chosen_values(self)
        return queryset.filter(event_type__in=chosen) if chosen else queryset


class _OfThenFilter(MultipleDropdownFilter):
    """What a company was when the event came about; also what has none of it."""

    field: CompanyField
    path: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*names_of(request, self.field), (UNTOLD, gettext("区分なし"))]

    def queryset(self, request: HttpRequest, queryset: Events) -> Events:
        chosen = chosen_values(self)
        if not chosen:
            return queryset
        wanted = Q(**{f"{self.path}__in": chosen})
        found: Events = self.prepared(queryset, chosen).filter(
            wanted | Q(**{self.path: None}) if UNTOLD in chosen else wanted
        )
        return found

    def prepared(self, events: Any, chosen: Sequence[str]) -> Any:
        """The events with what is asked of them."""
        return events


class EventMarketFilter(_OfThenFilter):
    title, parameter_name = _("当時の市場区分"), "market"
    field, path = FIELD_BY_NAME["market_code"], "market"


class EventSector33Filter(_OfThenFilter):
    title, parameter_name = _("当時の33業種"), "sector33"
    field, path = FIELD_BY_NAME["sector33_code"], SECTOR33

    def prepared(self, events: Any, chosen: Sequence[str]) -> Any:
        """Of companies that ever were in one of the sectors, which are quickly found; then the sector of then is looked up for each."""
        ever = Q(sector33__in=chosen) | Q(sector33=None) if UNTOLD in chosen else Q(sector33__in=chosen)
        return with_sector33(events.filter(company__in=CompanyVersion.objects.filter(ever).values("company")))


class ChangedValueFilter(MultipleDropdownFilter):
    """A value from which, or to which, a field changed: of events of the kind that changes of it are."""

    field: CompanyField
    value_path: str

    def __init__(self, request: HttpRequest, *others: Any) -> None:
        super().__init__(request, *others)
        self.problem = ""
        if chosen_values(self) and (other := _other_kind(request, self.field)):
            self.problem = gettext(
                "「{title}」と「{other}」は同時には変わりません。変更前・変更後は 1 つの区分で指定してください。"
            ).format(title=gettext(self.field.label), other=gettext(other.label))

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return names_of(request, self.field)

    def queryset(self, request: HttpRequest, queryset: Events) -> Events:
        chosen = chosen_values(self)
        if not chosen:
            return queryset
        return queryset.filter(event_type=self.field.event, **{f"{self.value_path}__in": chosen})


#: Fields whose values of before and after can be asked for. The 17 sectors follow from the 33.
CHANGED_FIELDS = tuple(
    field
    for field in COMPANY_FIELDS
    if (field.has_master or field.name in CHOICES_OF) and field.name != "sector17_code"
)
#: By the parameter's ending, the attribute of an event.
SIDES = {"from": "old_value", "to": "new_value"}


def _other_kind(request: HttpRequest, field: CompanyField) -> CompanyField | None:
    """A field further up in the list of which a change is asked for, too."""
    earlier = CHANGED_FIELDS[: CHANGED_FIELDS.index(field)]
    asked = [one for one in earlier if any(filter(None, _asked(request, one)))]
    return asked[0] if asked else None


def _asked(request: HttpRequest, field: CompanyField) -> list[str]:
    return [value for side in SIDES for value in request.GET.getlist(f"{field.short_name}_{side}")]


#: By the side, in Japanese.
_TITLES = {"from": N_("変更前の{label}"), "to": N_("変更後の{label}")}


def _title(side: str, label: str) -> str:
    return gettext(_TITLES[side]).format(label=gettext(label))


_titled: Any = lazy(_title, str)


def _changed_filter(changed: CompanyField, side: str) -> type[ChangedValueFilter]:
    class OneSideFilter(ChangedValueFilter):
        title, parameter_name = _titled(side, changed.label), f"{changed.short_name}_{side}"
        field, value_path = changed, SIDES[side]

    return OneSideFilter


CHANGED_FILTERS = tuple(_changed_filter(field, side) for field in CHANGED_FIELDS for side in SIDES)
