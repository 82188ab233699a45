"""The list of companies and the page of one."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import ShowFacets
from django.db.models import QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from admin_pages.numbers import number_cell
from admin_pages.read_only import ReadOnlyAdmin, one_line
from admin_pages.status_label import colour_label
from companies.admin import filters
from companies.admin.choice_counts import CompanyChangeList, CountedPaginator
from companies.admin.code_addresses import company_of_code
from companies.admin.code_search import search_or_open
from companies.admin.columns import ALWAYS, choose_columns, chosen_columns, find_remembered_address
from companies.admin.company_page import company_page
from companies.admin.comparison import comparison_page
from companies.admin.file_conditions import find_pending_list
from companies.admin.knowledge import PARAMETER, KnownAtFilter, asked_knowledge, shows_a_day
from companies.admin.list_export import export_list
from companies.admin.quote_block import change_text, price_text
from companies.admin.state_columns import ISSUER_FIELDS, STATE_COLUMNS, UNTOLD, StateColumns, untold
from companies.admin.successions import lineage_of
from companies.admin.suggestions import suggestions
from companies.models import Company
from companies.search.in_database import filter_by_query, search_companies
from wording.coloured_choices import Colour

_PRICES = ("price", "price_change")
#: Columns that nobody sees who did not choose them.
ON_REQUEST = ("sector17_name", *ISSUER_FIELDS, *_PRICES)
_STATES = tuple(name for name in STATE_COLUMNS if name not in ON_REQUEST)


@admin.register(Company)
class CompanyAdmin(StateColumns, ReadOnlyAdmin):
    """Companies of today or of a past day, with everything they ever were on their page.

    The list shows `state_…` (see `CompanyQuerySet.with_state`), which `AsOfFilter` sets before any other filter.
    """

    list_title = _("銘柄一覧")
    paginator = CountedPaginator
    list_display = ("code", "name", *_STATES, "listed", "first_day", "last_day")
    every_column = (*list_display, *ON_REQUEST)
    list_display_links = ("code", "name")
    show_facets = ShowFacets.ALWAYS
    list_filter = (filters.AsOfFilter, KnownAtFilter, filters.ListedFilter, *filters.FIELD_FILTERS)
    list_filter_submit = True
    list_before_template = "admin/companies/company/as_of_notice.html"
    search_fields = ("search_text",)
    search_help_text = _("コード、銘柄名、ヨミ、ローマ字、英語名、EDINET コード、法人番号で検索")
    # The page of one is no form (`templates/admin/companies/company/change_form.html`).
    fields = ("code",)

    def get_urls(self) -> list[URLPattern]:
        """The list as a file, and two days compared, beside the usual pages."""
        view = self.admin_site.admin_view
        return [
            path(
                "columns/",
                view(lambda request: choose_columns(request, self.list_display, ON_REQUEST)),
                name="companies_company_columns",
            ),
            path("open/", view(search_or_open), name="companies_company_open"),
            path("code/<str:code>/", view(company_of_code), name="companies_company_code"),
            path("suggest/", view(suggestions), name="companies_company_suggest"),
            path("export/", view(lambda request: export_list(request, self)), name="companies_company_export"),
            path(
                "compare/",
                view(lambda request: comparison_page(request, self.admin_site)),
                name="companies_company_compare",
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list with its way out to files. As it was known once, it is read whole while that knowledge is held."""
        if (address := find_remembered_address(request, self.list_display, ON_REQUEST)) is not None:
            return redirect(address)
        shown = self.get_list_display(request)
        query = request.GET.copy()
        query.pop("p", None)
        query_of_now = query.copy()
        query_of_now.pop(PARAMETER, None)
        context = {
            "pending_entry": None if shows_a_day(request) else find_pending_list(),
            "export_query": query.urlencode(),
            "query_of_now": query_of_now.urlencode(),
            "columns": [
                (name, getattr(self, name).short_description, name in shown)
                for name in self.every_column
                if name not in ALWAYS
            ],
            "left_out_columns": [
                getattr(self, name).short_description
                for name in chosen_columns(request, self.list_display, ON_REQUEST)
                if name not in shown
            ],
            "has_chosen_columns": shown != list(self.list_display),
            **(extra_context or {}),
        }
        with asked_knowledge(request).held():
            page: HttpResponse = super().changelist_view(request, context)
            if isinstance(page, SimpleTemplateResponse):
                page.render()
        return page

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CompanyChangeList]:
        """With counts at the filters' choices."""
        return CompanyChangeList

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """The columns that the person chose; of a past day without prices, which are of now."""
        chosen = chosen_columns(request, self.list_display, ON_REQUEST)
        return [name for name in chosen if name not in _PRICES] if shows_a_day(request) else chosen

    def get_queryset(self, request: HttpRequest) -> QuerySet[Company]:
        """With what the list shows: the first list of all, and the quotes where it has them."""
        companies: QuerySet[Company] = super().get_queryset(request)
        if request.resolver_match is not None and "object_id" in request.resolver_match.kwargs:
            return companies
        lists = asked_knowledge(request).reading.lists.order_by("date_in_force")
        companies = companies.annotate(first_list_on=Subquery(lists.values("date_in_force")[:1]))
        is_quoted = any(name in self.get_list_display(request) for name in _PRICES)
        return companies.select_related("quote") if is_quoted else companies

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Company], search_term: str
    ) -> tuple[QuerySet[Company], bool]:
        """The product's own search, best first unless a column was chosen to sort by."""
        if not search_term.strip():
            return queryset, False
        if "o" in request.GET:
            return filter_by_query(queryset, search_term, state="state_"), False
        return search_companies(queryset, search_term, state="state_"), False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of a company, which is of now, whichever day the list was of."""
        company = self.get_object(request, object_id)
        more = company_page(company, lineage_of(company.code), request) if isinstance(company, Company) else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    @display(description=_("銘柄名"), ordering="state_company_name")
    def name(self, company: Any) -> str:
        """Of the day shown, like every column."""
        return format_html('<span class="company-name">{}</span>', company.state_company_name)

    @display(description=_("上場"), ordering="state_is_active")
    def listed(self, company: Any) -> str:
        """On the day of the list."""
        if company.state_is_active:
            return colour_label(gettext("上場中"), Colour.SUCCESS)
        return colour_label(gettext("廃止"), Colour.DANGER)

    @display(description=_("初めて載った一覧"), ordering="state_first_seen_on")
    def first_day(self, company: Any) -> str:
        """No date of listing: who is in the first list of all was listed before."""
        if company.state_first_seen_on == company.first_list_on:
            return one_line(gettext("{day} 以前から上場").format(day=company.state_first_seen_on))
        return one_line(company.state_first_seen_on)

    @display(description=_("最後に載った一覧"), ordering="state_last_seen_on")
    def last_day(self, company: Any) -> str:
        """As the API writes it."""
        return one_line(company.state_last_seen_on)

    @display(description=_("株価"), ordering="quote__price")
    def price(self, company: Company) -> str:
        quote = getattr(company, "quote", None)
        return number_cell(f"{price_text(quote.price)} {quote.currency}") if quote else untold()

    @display(description=_("前日比"), ordering="quote__change")
    def price_change(self, company: Company) -> str:
        """Of the stored quote, with the day it is of."""
        quote = getattr(company, "quote", None)
        if quote is None:
            return untold()
        return number_cell(f"{change_text(quote) or UNTOLD} {timezone.localtime(quote.market_time):%m-%d %H:%M}")
