"""Two days compared, as a page: what came, what went, what is otherwise, and what that makes of markets and sectors."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import InvalidPage, Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from admin_pages.day_fields import DayField
from admin_pages.list_address import explain_unknown, explain_value
from companies.admin.comparison_days import pairs_of_months, pairs_of_years, usual_pairs
from companies.admin.comparison_file import comparison_file
from companies.admin.file_answers import take_format
from companies.choices import ChangeType
from companies.errors import SnapshotNotFound
from companies.events.periods import list_days
from companies.events.wording import StateWording
from companies.fields import COMPANY_FIELDS, FIELD_BY_NAME
from companies.ledger.refusal_wording import explain_missing_list
from companies.models import Company, ListingSnapshot
from companies.named_values import named_values
from companies.universe_difference import Difference, Total, compare_universes, total_by

_ROWS_ON_A_PAGE = 100
#: By the name of the form's field that narrows by a value of it; of these there are totals, too.
_NARROWING = {"market": "market_code", "sector33": "sector33_code"}
_SELECT = "border border-base-200 dark:border-base-700 bg-white dark:bg-base-900 rounded-default px-3 py-2 max-w-xs"


class _Choice(forms.ChoiceField):
    """One that may be left open; what is no choice is named as everywhere."""

    def __init__(self, name: str, label: Any) -> None:
        super().__init__(label=label, required=False, widget=forms.Select(attrs={"class": _SELECT}))
        self._name = name

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        self.choices = [("", gettext("すべて")), *choices]

    def validate(self, value: str) -> None:
        if value and not self.valid_value(value):
            raise forms.ValidationError(explain_value(self._name, value))


class ComparisonForm(forms.Form):
    """The two days; without them the two newest lists. What is narrowed is narrowed among their differences."""

    first = DayField(label=_("比較元"))
    second = DayField(label=_("比較先"))
    kind = _Choice("kind", _("種別"))
    field = _Choice("field", _("変わった項目"))
    market = _Choice("market", _("市場区分（前または後）"))
    sector33 = _Choice("sector33", _("33業種（前または後）"))
    p = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        choices: dict[str, Any] = {
            "kind": ChangeType.choices,
            "field": [(field.name, gettext(field.label)) for field in COMPANY_FIELDS],
            **{name: named_values(FIELD_BY_NAME[field]) for name, field in _NARROWING.items()},
        }
        for name, offered in choices.items():
            self.fields[name].offer(offered)  # type: ignore[attr-defined] # one of ours

    def choices_of(self, name: str) -> list[tuple[str, str]]:
        """The values that a field offers, with their names."""
        return list(self.fields[name].choices)[1:]  # type: ignore[attr-defined] # one of ours

    def clean(self) -> dict[str, Any]:
        """Nothing else is asked for; each day has a list in force, and time runs forwards."""
        days: dict[str, Any] = super().clean() or {}
        for name in set(self.data) - set(self.fields):
            self.add_error(None, explain_unknown(name))
        for name in ("first", "second"):
            if days.get(name):
                try:
                    days[f"{name}_entry"] = ListingSnapshot.objects.get_in_force_on(days[name])
                except SnapshotNotFound as error:
                    self.add_error(name, explain_missing_list(error))
        if days.get("first") and days.get("second") and days["first"] > days["second"]:
            self.add_error("first", gettext("比較元は、比較先以前の日にしてください。"))
        return days


def comparison_page(request: HttpRequest, site: AdminSite) -> HttpResponseBase:
    """The form, and below it the differences; or these as a file, where the address asks for a `format`."""
    if not request.user.has_perm("companies.view_company"):
        raise PermissionDenied
    wants_file = "format" in request.GET
    file_format = take_format(request) if wants_file else None
    days = list_days()
    form = ComparisonForm(request.GET or _newest_two(days))
    if wants_file:
        return _file(request, form, file_format)
    context: dict[str, Any] = {
        **site.each_context(request), "title": gettext("2 つの日の比較"), "opts": Company._meta, "form": form,
        "usual": usual_pairs(days), "years": pairs_of_years(days), "months": pairs_of_months(days),
    }  # fmt: skip
    if form.is_valid():
        try:
            context |= _differences(form, request)
        except InvalidPage:
            form.add_error("p", explain_value("p", form.cleaned_data["p"]))
    return render(request, "admin/companies/company/comparison.html", context)


def _newest_two(days: Sequence[date]) -> dict[str, date]:
    return {"first": days[-2:][0], "second": days[-1]} if days else {}


def _file(request: HttpRequest, form: ComparisonForm, file_format: str | None) -> HttpResponseBase:
    if not request.user.has_perm("companies.export_company"):
        raise PermissionDenied
    if file_format is None or not form.is_valid():
        return redirect(f"{request.path}?{request.GET.urlencode()}")
    chosen = form.cleaned_data
    days = (chosen["first_entry"].date_in_force, chosen["second_entry"].date_in_force)
    found = compare_universes(*days)
    totals = {name: _totals(form, name, days, found) for name in _NARROWING}
    told = [
        (str(form.fields[name].label), dict(form.choices_of(name))[chosen[name]])
        for name in ("kind", "field", *_NARROWING)
        if chosen[name]
    ]
    return comparison_file(request, file_format, chosen, _narrowed(found, chosen), totals=totals, told=told)


def _narrowed(found: Sequence[Difference], chosen: dict[str, Any]) -> list[Difference]:
    return [
        one
        for one in found
        if chosen["kind"] in ("", one.kind)
        and (not chosen["field"] or (one.kind is ChangeType.CHANGED and one.changed(chosen["field"])))
        and all(not chosen[name] or one.has(field, chosen[name]) for name, field in _NARROWING.items())
    ]


def _totals(
    form: ComparisonForm, name: str, days: tuple[date, date], found: Sequence[Difference]
) -> list[tuple[str, Total]]:
    """With the names of the values, in their order; those without one last."""
    names = dict(form.choices_of(name))
    order = {code: place for place, code in enumerate(names)}
    totals = total_by(_NARROWING[name], *days, found)
    totals.sort(key=lambda total: (total.code is None, order.get(total.code or "", len(order)), total.code or ""))
    return [
        (names.get(total.code, total.code) if total.code else gettext("区分なし"), total) for total in totals
    ]  # fmt: skip


def _differences(form: ComparisonForm, request: HttpRequest) -> dict[str, Any]:
    """Raises `InvalidPage`."""
    chosen = form.cleaned_data
    days = (chosen["first_entry"].date_in_force, chosen["second_entry"].date_in_force)
    found = compare_universes(*days)
    counts = Counter(one.kind.value for one in _narrowed(found, {**chosen, "kind": ""}))
    shown = _narrowed(found, chosen)
    page = Paginator(shown, _ROWS_ON_A_PAGE).page(chosen["p"] or 1)
    wording = StateWording()
    ids = dict(Company.objects.filter(code__in=[one.code for one in page]).values_list("code", "pk"))
    query = request.GET.copy()
    query.pop("p", None)
    query["first"], query["second"] = str(chosen["first"]), str(chosen["second"])
    without_kind = query.copy()
    without_kind.pop("kind", None)
    rows = [
        (one, ids.get(one.code), wording.describe(one.changes) if one.kind is ChangeType.CHANGED else _state(one, wording))
        for one in page
    ]  # fmt: skip
    return {
        "first_entry": chosen["first_entry"], "second_entry": chosen["second_entry"], "total": len(found), "shown": len(shown),
        "counts": [(kind, label, counts[kind]) for kind, label in ChangeType.choices], "kind": chosen["kind"],
        "rows": rows, "page": page, "query": query.urlencode(), "without_kind": without_kind.urlencode(),
        "totals": [(str(_LABELS[name]), name, _totals(form, name, days, found)) for name in _NARROWING],
    }  # fmt: skip


_LABELS = {"market": _("市場区分"), "sector33": _("33業種")}


def _state(one: Difference, wording: StateWording) -> list[tuple[str, str, str]]:
    """What who came is, or who went was: market and sector."""
    values = {name: one.value(field, is_newer=one.after is not None) for name, field in _NARROWING.items()}
    return [(str(_LABELS[name]), "", wording.name(_NARROWING[name], value)) for name, value in values.items() if value]
