"""ISIN, FIGI and LEI of issues, and what was said of them once."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from admin_pages.numbers import NOTHING
from admin_pages.read_only import ReadOnlyAdmin, one_line
from companies.code_notation import find_code
from companies.issuers.identifiers.models import CompanyIdentifier, IdentifierScheme
from companies.letters import plain_letters
from companies.models import Company

_OPEN = NOTHING


class KnowledgeFilter(DropdownFilter):
    """What is known now; of that what holds today, or not; or what was taken back."""

    title, parameter_name = _("状態"), "state"
    all_option = None

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("", gettext("取り下げられていない")),
            ("today", gettext("今日有効")),
            ("other", gettext("今日は有効でない")),
            ("withdrawn", gettext("取り下げ済み")),
            ("all", gettext("すべて")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CompanyIdentifier]) -> QuerySet[CompanyIdentifier]:
        chosen, today = self.value() or "", timezone.localdate()
        if chosen == "all":
            return queryset
        if chosen == "withdrawn":
            return queryset.exclude(withdrawn_in=None)
        known = queryset.filter(withdrawn_in=None)
        if not chosen:
            return known
        held = Q(validity__contains=today)
        return known.filter(held if chosen == "today" else ~held)


class SchemeFilter(DropdownFilter):
    """Whose they are."""

    title, parameter_name = _("体系"), "scheme"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(scheme), str(label)) for scheme, label in IdentifierScheme.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CompanyIdentifier]) -> QuerySet[CompanyIdentifier]:
        return queryset.filter(scheme=self.value()) if self.value() else queryset


@admin.register(CompanyIdentifier)
class CompanyIdentifierAdmin(ReadOnlyAdmin):
    """They come in by `manage.py import_identifiers`."""

    list_display = (
        "code",
        "company_name",
        "scheme_name",
        "identifier",
        "begins",
        "ends",
        "origin",
        "recorded_in",
        "withdrawn_in",
    )
    list_display_links = ("code",)
    list_filter = (SchemeFilter, KnowledgeFilter)
    list_filter_submit = True
    ordering = ("code", "scheme", "validity", "pk")
    search_fields = ("code", "value", "origin")
    search_help_text = _("コード、識別子、出所")
    fields = ("code", "scheme", "value", "begins", "ends", "origin", "recorded_in", "withdrawn_in")
    readonly_fields = ("begins", "ends")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CompanyIdentifier]:
        """With the names of the companies: an identifier may be of a code that is in no list yet."""
        rows: QuerySet[CompanyIdentifier] = super().get_queryset(request)
        named = Company.objects.filter(code=OuterRef("code")).values("company_name")
        return rows.annotate(name_now=Subquery(named))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[CompanyIdentifier], search_term: str
    ) -> tuple[QuerySet[CompanyIdentifier], bool]:
        """A code in any notation, or any part of what else is told."""
        if code := find_code(search_term):
            return queryset.filter(code=code), False
        found: tuple[QuerySet[CompanyIdentifier], bool] = super().get_search_results(
            request, queryset, plain_letters(search_term)
        )
        return found

    @display(description=_("銘柄名"))
    def company_name(self, row: Any) -> str:
        return row.name_now or _OPEN

    @display(description=_("体系"), ordering="scheme")
    def scheme_name(self, row: CompanyIdentifier) -> str:
        return row.get_scheme_display()

    @display(description=_("値"), ordering="value")
    def identifier(self, row: CompanyIdentifier) -> str:
        """Not broken, to be copied."""
        return one_line(row.value)

    @display(description=_("有効になった日"), ordering="validity__startswith")
    def begins(self, row: CompanyIdentifier) -> str:
        """None: as long as anybody knows."""
        return one_line(row.validity.lower or _OPEN)

    @display(description=_("有効でなくなった日"))
    def ends(self, row: CompanyIdentifier) -> str:
        """The first day without it; none: it still holds."""
        return one_line(row.validity.upper or _OPEN)


def identifiers_of(code: str) -> dict[str, Any]:
    """What the page of a company shows of them: by scheme, the newest first, with whether it holds today."""
    today = timezone.localdate()
    rows = [
        (row, (row.validity.lower or date.min) <= today < (row.validity.upper or date.max))
        for row in CompanyIdentifier.objects.known_at().filter(code=code).order_by("scheme", "-validity")
    ]
    return {"identifier_rows": rows}
