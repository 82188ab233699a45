"""The list of issuers, and the page of one with everything that it stood behind."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import MultipleDropdownFilter
from unfold.decorators import display

from admin_pages.read_only import ReadOnlyAdmin, one_line
from companies.admin.state_columns import UNTOLD
from companies.issuers.behind import companies_behind
from companies.models import Company, Issuer, IssuerVersion
from companies.search.in_database import filter_by_query

_TOLD = (
    "securities_code", "name", "name_kana", "name_english", "corporate_number", "fiscal_year_end", "capital", "address", "industry",
    "filer_type",
)  # fmt: skip


class IndustryFilter(MultipleDropdownFilter):
    """By the industry that filers are filed under; there are some dozens."""

    title = _("提出者業種")
    parameter_name = "industry"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Those that there are."""
        found = Issuer.objects.exclude(industry=None).order_by("industry").distinct().values_list("industry", flat=True)
        return [(industry, industry) for industry in found if industry]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Issuer]) -> QuerySet[Issuer]:
        chosen = [one for one in self.value() or [] if one]
        return queryset.filter(industry__in=chosen) if chosen else queryset


@admin.register(Issuer)
class IssuerAdmin(ReadOnlyAdmin):
    """Issuers, as the newest list that has each says."""

    list_display = ("edinet_code", "shown_name", "kana", "code", "number", "year_end", "last_list")
    list_display_links = ("edinet_code", "shown_name")
    list_filter = (IndustryFilter,)
    list_filter_submit = True
    search_fields = ("search_text",)
    search_help_text = _("名称、ヨミ、英語名、EDINET コード、法人番号で検索")
    fieldsets = (
        (None, {"fields": (("edinet_code", "securities_code"), ("name", "name_kana"), ("name_english", "corporate_number"))}),
        (_("届出"), {"fields": (("fiscal_year_end", "capital"), ("address", "industry"), ("filer_type",), ("first_seen_on", "last_seen_on"))}),
    )  # fmt: skip
    change_form_after_template = "admin/companies/issuer/behind.html"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Issuer], search_term: str
    ) -> tuple[QuerySet[Issuer], bool]:
        """The product's own search."""
        return (filter_by_query(queryset, search_term, is_exact=True) if search_term.strip() else queryset), False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of an issuer, with what it stood behind below."""
        issuer = self.get_object(request, object_id)
        more = issuer_page(issuer) if isinstance(issuer, Issuer) else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    @display(description=_("提出者名"), ordering="name")
    def shown_name(self, issuer: Issuer) -> str:
        return issuer.name

    @display(description=_("ヨミ"), ordering="name_kana")
    def kana(self, issuer: Issuer) -> str:
        return issuer.name_kana or UNTOLD

    @display(description=_("証券コード"), ordering="securities_code")
    def code(self, issuer: Issuer) -> str:
        """Under which it files now; none any more where it is no longer listed."""
        return issuer.securities_code or UNTOLD

    @display(description=_("法人番号"), ordering="corporate_number")
    def number(self, issuer: Issuer) -> str:
        return one_line(issuer.corporate_number or UNTOLD)

    @display(description=_("決算日"), ordering="fiscal_year_end")
    def year_end(self, issuer: Issuer) -> str:
        return one_line(issuer.fiscal_year_end or UNTOLD)

    @display(description=_("最後に載った一覧"), ordering="last_seen_on")
    def last_list(self, issuer: Issuer) -> str:
        return one_line(issuer.last_seen_on)


def issuer_page(issuer: Issuer) -> dict[str, Any]:
    """Every company and class of shares that it stood behind, the codes that it filed under, and what it ever was."""
    behind = companies_behind(issuer.edinet_code)
    ids = dict(Company.objects.filter(code__in={one["code"] for one in behind}).values_list("code", "pk"))
    versions = IssuerVersion.objects.filter(edinet_code=issuer.edinet_code).order_by("-validity")
    fields: dict[str, Any] = {field.name: field for field in Issuer._meta.fields}
    labels = [str(fields[name].verbose_name) for name in _TOLD]
    return {
        "behind": [(ids.get(one["code"]), one) for one in behind],
        "filed_codes": list(issuer.codes.order_by("validity")),
        "version_labels": labels,
        "issuer_versions": [(version.validity, [getattr(version, name) for name in _TOLD]) for version in versions],
    }
