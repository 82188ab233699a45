"""Official days in the admin: all of them, what is coming, and how they agree with the lists."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from admin_pages.filter_days import PeriodFilter
from admin_pages.read_only import ReadOnlyAdmin, one_line
from admin_pages.strict_list import StrictChangeList
from companies.issuers.official_dates.causes import Agreement, Cause
from companies.issuers.official_dates.models import OfficialDate, OfficialDateKind
from companies.issuers.official_dates.reconciliation import Compared
from companies.issuers.official_dates.reconciling import accepted_reasons, count_by_cause, reconciled
from companies.models import Company

_LINK = '<a class="text-primary-600 dark:text-primary-500 whitespace-nowrap" href="{}">{}</a>'
_SHOWN_DIFFERENCES = 100


class OfficialDateChangeList(StrictChangeList):
    """Finds the companies of a page at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list: list[Any] = list(self.result_list)
        ids = company_ids({day.code for day in self.result_list})
        for day in self.result_list:
            day.company_id = ids.get(day.code)


@admin.register(OfficialDate)
class OfficialDateAdmin(ReadOnlyAdmin):
    """What is known now, the last day first."""

    list_display = ("day", "linked_code", "company_name", "kind", "market", "reason", "announced_on", "origin")
    list_display_links = None
    list_filter = (("official_on", PeriodFilter), "kind", "origin")
    list_filter_submit = True
    list_before_template = "admin/companies/officialdate/notice.html"
    search_fields = ("code", "company_name")
    search_help_text = _("コード、公表された銘柄名")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OfficialDate]:
        """What was taken back is not shown."""
        days: QuerySet[OfficialDate] = super().get_queryset(request).filter(withdrawn_in=None)
        return days

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[OfficialDateChangeList]:
        """With the companies that the days are of."""
        return OfficialDateChangeList

    def get_urls(self) -> list[URLPattern]:
        """What is coming, and the comparison, beside the list."""
        view = self.admin_site.admin_view
        return [
            path("coming/", view(self.coming_page), name="companies_officialdate_coming"),
            path("reconciliation/", view(self.reconciliation_page), name="companies_officialdate_reconciliation"),
            *super().get_urls(),
        ]

    @display(description=_("公式の日"), ordering="official_on")
    def day(self, day: OfficialDate) -> str:
        """Of a delisting the first day not traded."""
        return one_line(day.official_on)

    @display(description=_("コード"), ordering="code")
    def linked_code(self, day: Any) -> str:
        """Leads to the company, where a list ever had it."""
        return link_to_company(day.code, day.company_id)

    def coming_page(self, request: HttpRequest) -> HttpResponse:
        """What is announced for after today, in Japan."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        today = timezone.localdate()
        coming = OfficialDate.objects.known_at().filter(official_on__gt=today).order_by("official_on", "code", "kind")
        page = Paginator(coming, 200).get_page(request.GET.get("p", "1"))
        days = list(page)
        ids = company_ids({day.code for day in days})
        rows = [(day, OfficialDateKind(day.kind).label, link_to_company(day.code, ids.get(day.code))) for day in days]
        return self._show(request, "coming.html", gettext("これからの上場・廃止"), rows=rows, today=today, page=page)

    def reconciliation_page(self, request: HttpRequest) -> HttpResponse:
        """How many agree, why others do not, and the differences of the chosen kind."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        compared, accepted = reconciled(), accepted_reasons()
        chosen = request.GET.get("only", "open")
        ids = company_ids({one.code for one in compared if one.is_difference})
        shown = [one for one in compared if one.is_difference and _is_chosen(one, chosen, set(accepted))]
        page = Paginator(shown, _SHOWN_DIFFERENCES).get_page(request.GET.get("p", "1"))
        rows = [
            {
                "one": one, "link": link_to_company(one.code, ids.get(one.code)), "kind": OfficialDateKind(one.kind).label,
                "agreement": Agreement(one.agreement).label, "cause": Cause(one.cause).label,
                "accepted": accepted.get(one.key),
            }
            for one in page
        ]  # fmt: skip
        counts = [
            (Agreement(agreement).label, OfficialDateKind(kind).label, Cause(cause).label, is_explained, count)
            for (agreement, kind, cause, is_explained), count in sorted(count_by_cause(compared).items())
        ]
        return self._show(
            request, "reconciliation.html", gettext("公式の日と一覧の照合"), rows=rows, counts=counts, chosen=chosen, page=page
        )  # fmt: skip

    def _show(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        page = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, **context}
        return render(request, f"admin/companies/officialdate/{template}", page)


def _is_chosen(one: Compared, chosen: str, accepted: set[str]) -> bool:
    return chosen == "all" or not (one.is_explained or one.key in accepted)


def company_ids(codes: set[str]) -> dict[str, int]:
    """By code, of those that a list ever had."""
    return dict(Company.objects.filter(code__in=codes).values_list("code", "pk"))


def link_to_company(code: str, company_id: int | None) -> str:
    """The code, with a link where there is a company."""
    if company_id is None:
        return code
    return format_html(_LINK, reverse("admin:companies_company_change", args=[company_id]), code)
