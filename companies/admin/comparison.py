"""Two days compared, as a page: what came, what went, what is otherwise."""

from collections import Counter
from datetime import date
from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import InvalidPage, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from admin_pages.day_fields import DayField
from admin_pages.list_address import explain_unknown, explain_value
from companies.choices import ChangeType
from companies.errors import SnapshotNotFound
from companies.events.wording import StateWording
from companies.ledger.refusal_wording import explain_missing_list
from companies.models import Company, ListingSnapshot
from companies.universe_difference import list_differences

_ROWS_ON_A_PAGE = 100


class ComparisonForm(forms.Form):
    """The two days; without them the two newest lists."""

    first = DayField(label=_("比較元"))
    second = DayField(label=_("比較先"))
    kind = forms.CharField(required=False, widget=forms.HiddenInput)
    p = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"]
        if kind and kind not in ChangeType.values:
            raise forms.ValidationError(explain_value("kind", kind))
        return kind

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


def comparison_page(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """The form, and below it the differences."""
    if not request.user.has_perm("companies.view_company"):
        raise PermissionDenied
    form = ComparisonForm(request.GET or _newest_two_days())
    context: dict[str, Any] = {
        **site.each_context(request), "title": gettext("2 つの日の比較"), "opts": Company._meta, "form": form,
    }  # fmt: skip
    if form.is_valid():
        try:
            context |= _differences(form.cleaned_data)
        except InvalidPage:
            form.add_error("p", explain_value("p", form.cleaned_data["p"]))
    return render(request, "admin/companies/company/comparison.html", context)


def _newest_two_days() -> dict[str, date]:
    days = list(
        ListingSnapshot.objects.holding().order_by("-date_in_force").values_list("date_in_force", flat=True)[:2]
    )
    return {"first": days[-1], "second": days[0]} if days else {}


def _differences(chosen: dict[str, Any]) -> dict[str, Any]:
    """Raises `InvalidPage`."""
    found = list_differences(chosen["first_entry"].date_in_force, chosen["second_entry"].date_in_force)
    counts = Counter(difference["type"] for difference in found)
    shown = [difference for difference in found if chosen["kind"] in ("", difference["type"])]
    page = Paginator(shown, _ROWS_ON_A_PAGE).page(chosen["p"] or 1)
    wording = StateWording()
    ids = dict(Company.objects.values_list("code", "pk"))
    rows = [
        (
            difference,
            ids.get(difference["code"]),
            ChangeType(difference["type"]),
            wording.describe(difference["changes"]) if difference["type"] == ChangeType.CHANGED else [],
        )
        for difference in page
    ]
    return {
        "first_entry": chosen["first_entry"], "second_entry": chosen["second_entry"], "total": len(found),
        "counts": [(kind, label, counts[kind]) for kind, label in ChangeType.choices], "kind": chosen["kind"],
        "rows": rows, "page": page,
    }  # fmt: skip
