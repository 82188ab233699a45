"""The list of companies and the page of one."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from unfold.decorators import display

from companies.admin.read_only import ReadOnlyAdmin
from companies.choices import SCALE_CATEGORIES
from companies.models import Company, CompanyVersion, ListingEvent
from companies.search import search_companies


class ScaleFilter(admin.SimpleListFilter):
    """The TOPIX size classes, largest first."""

    title = "規模区分"
    parameter_name = "scale"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The classes there are."""
        return [(name, "なし" if name == "-" else name) for name in SCALE_CATEGORIES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Company]) -> QuerySet[Company]:
        """Those of the chosen class."""
        return queryset.filter(scale_category=self.value()) if self.value() else queryset


@admin.register(Company)
class CompanyAdmin(ReadOnlyAdmin):
    """Companies as they are now, with everything they ever were on their page."""

    list_display = (
        "code", "company_name", "market_name", "sector33_name", "sector17_name", "scale_category", "margin_code",
        "product_category", "is_active", "first_day", "last_day",
    )  # fmt: skip
    list_display_links = ("code", "company_name")
    list_filter = ("is_active", "market", "sector17", "sector33", ScaleFilter, "margin_code", "product_category")
    list_select_related = ("market", "sector17", "sector33")
    search_fields = ("search_text",)
    search_help_text = "コード、銘柄名、カナ、ローマ字で検索（全角・半角、ひらがな・カタカナを区別しません）"
    exclude = ("search_text",)
    readonly_fields = ("history", "events")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Company], search_term: str
    ) -> tuple[QuerySet[Company], bool]:
        """The product's own search, best first."""
        return (search_companies(queryset, search_term) if search_term.strip() else queryset), False

    @display(description="市場区分", ordering="market__display_order")
    def market_name(self, company: Company) -> str:
        """Names are what people read; the codes are on the company's page."""
        return company.market.name if company.market else "―"

    @display(description="33業種", ordering="sector33__display_order")
    def sector33_name(self, company: Company) -> str:
        """The sector's name."""
        return company.sector33.name if company.sector33 else "―"

    @display(description="17業種", ordering="sector17__display_order")
    def sector17_name(self, company: Company) -> str:
        """The sector's name."""
        return company.sector17.name if company.sector17 else "―"

    @display(description="初出日", ordering="first_seen_on")
    def first_day(self, company: Company) -> str:
        """Short enough for one line."""
        return company.first_seen_on.isoformat()

    @display(description="最終確認日", ordering="last_seen_on")
    def last_day(self, company: Company) -> str:
        """Short enough for one line."""
        return company.last_seen_on.isoformat()

    @display(description="状態の履歴")
    def history(self, company: Company) -> str:
        """Every version, newest first."""
        versions = CompanyVersion.objects.filter(company=company).select_related("market", "sector33")
        return format_html_join("", "<p>{} 〜 {}　{}　{}　{}　{}</p>", (
            (v.validity.lower, v.validity.upper or "現在", v.company_name, v.market or "", v.sector33 or "", v.scale_category)
            for v in versions.order_by("-validity")
        ))  # fmt: skip

    @display(description="イベント")
    def events(self, company: Company) -> str:
        """Every event, newest first."""
        events = ListingEvent.objects.filter(company=company)
        return format_html_join("", "<p>{}　{}　{} → {}</p>", (
            (e.event_date, e.get_event_type_display(), e.old_value or "", e.new_value or "") for e in events
        ))  # fmt: skip
