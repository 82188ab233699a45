"""The list of successions, and the page on which a person decides with both histories side by side."""

import hashlib
import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from admin_pages.numbers import NOTHING
from admin_pages.read_only import ReadOnlyAdmin, one_line
from admin_pages.status_label import status_label
from companies.admin.company_page import company_history
from companies.issuers.lineage.decisions import decide_succession, is_by_rule
from companies.issuers.lineage.errors import SuccessionChanged
from companies.issuers.lineage.models import SuccessionStatus
from companies.issuers.lineage.rules import HIGH, LIKELY
from companies.issuers.lineage.wording import describe_confidence, describe_rule, describe_signals
from companies.models import Company, Succession

DECIDE = "companies.decide_succession"
_LINK = '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>'


class ConfidenceFilter(DropdownFilter):
    """By the words that the list uses."""

    title, parameter_name = _("確からしさ"), "confidence"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("high", _("高い")), ("medium", _("ふつう")), ("low", _("低い"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Succession]) -> QuerySet[Succession]:
        bounds = {"high": (HIGH, 2), "medium": (LIKELY, HIGH), "low": (0, LIKELY)}.get(self.value() or "")
        return queryset.filter(confidence__gte=bounds[0], confidence__lt=bounds[1]) if bounds else queryset


@admin.register(Succession)
class SuccessionAdmin(ReadOnlyAdmin):
    """Proposals with the best evidence first; what is decided can be undone."""

    list_display = ("pair", "before_name", "after_name", "since", "kind_told", "sure", "state", "decided")
    list_display_links = ("pair",)
    list_filter = (("status", ChoicesDropdownFilter), ("kind", ChoicesDropdownFilter), ConfidenceFilter)
    list_filter_submit = True
    ordering = ("-confidence", "-day", "successor", "predecessor")
    search_fields = ("predecessor", "successor")
    search_help_text = _("コードで検索")
    fieldsets = (
        (None, {"fields": (("predecessor", "successor"), ("day", "kind"), ("sure", "state"), ("decided_by", "decided_at"), "rule")}),
    )  # fmt: skip
    readonly_fields = ("sure", "state", "rule")
    # Outside the form of the page: a form within a form is none.
    change_form_outer_after_template = "admin/companies/succession/decide.html"

    def get_urls(self) -> list[URLPattern]:
        """Deciding, beside the usual pages."""
        view = self.admin_site.admin_view(require_POST(self.decide))
        return [path("<int:pk>/decide/", view, name="companies_succession_decide"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Succession]:
        """With the names of both: two sub-queries, no query per row."""
        rows: QuerySet[Succession] = super().get_queryset(request)
        before, after = (
            Subquery(Company.objects.filter(code=OuterRef(end)).values("company_name")[:1])
            for end in ("predecessor", "successor")
        )
        return rows.annotate(before=before, after=after)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of one, with the evidence in words and both histories."""
        succession = self.get_object(request, object_id)
        more = _page(succession) if isinstance(succession, Succession) else {}
        context = {**(extra_context or {}), **more, "may_decide": request.user.has_perm(DECIDE)}
        return super().change_view(request, object_id, form_url, context)

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One click; what was decided meanwhile by another is told, not overwritten."""
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        status, seen = request.POST.get("status"), request.POST.get("seen")
        if status not in SuccessionStatus.values:
            raise Http404
        succession = Succession.objects.filter(pk=pk).first()
        try:
            if succession is None or _seen(succession) != seen:
                raise SuccessionChanged
            decide_succession(succession, SuccessionStatus(status), decided_by=request.user.get_username())
        except SuccessionChanged:
            messages.warning(
                request, gettext("表示していた間に変わったため、何も変えていません。今の内容を確かめてください。")
            )
        else:
            text = gettext("{succession} を「{status}」にしました。")
            messages.success(request, text.format(succession=succession, status=SuccessionStatus(status).label))
        if succession is None:
            return redirect("admin:companies_succession_changelist")
        return redirect("admin:companies_succession_change", pk)

    @display(description=_("承継"), ordering="predecessor")
    def pair(self, succession: Succession) -> str:
        return one_line(succession)

    @display(description=_("前の銘柄"))
    def before_name(self, succession: Any) -> str:
        return succession.before or NOTHING

    @display(description=_("後の銘柄"))
    def after_name(self, succession: Any) -> str:
        return succession.after or NOTHING

    @display(description=_("日付"), ordering="day")
    def since(self, succession: Succession) -> str:
        return one_line(succession.day)

    @display(description=_("種別"), ordering="kind")
    def kind_told(self, succession: Succession) -> str:
        return succession.get_kind_display()

    @display(description=_("確からしさ"), ordering="confidence")
    def sure(self, succession: Succession) -> str:
        return one_line(describe_confidence(succession.confidence))

    @display(description=_("状態"), ordering="status")
    def state(self, succession: Succession) -> str:
        return status_label(SuccessionStatus(succession.status))

    @display(description=_("判断した人"), ordering="decided_by")
    def decided(self, succession: Succession) -> str:
        """A rule is nobody."""
        return succession.decided_by or (gettext("規則") if succession.decided_at else NOTHING)

    @display(description=_("規則"))
    def rule(self, succession: Succession) -> str:
        return describe_rule(succession.evidence)


def lineage_of(code: str) -> dict[str, Any]:
    """For the page of a company: what it came of and what came of it; what was rejected is not told."""
    rows = Succession.objects.exclude(status=SuccessionStatus.REJECTED).order_by("day")
    before, after = list(rows.filter(successor=code)), list(rows.filter(predecessor=code).exclude(successor=code))
    codes = {row.predecessor for row in before} | {row.successor for row in after}
    companies = {company.code: company for company in Company.objects.filter(code__in=codes)}
    return {
        "predecessors": [(row, row.predecessor, companies.get(row.predecessor)) for row in before],
        "successors": [(row, row.successor, companies.get(row.successor)) for row in after],
    }


def _seen(succession: Succession) -> str:
    """What the person saw when they decided."""
    told = [
        succession.status, succession.decided_at, succession.decided_by, succession.day, succession.kind, succession.confidence,
        json.dumps(succession.evidence, sort_keys=True),
    ]  # fmt: skip
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _page(succession: Succession) -> dict[str, Any]:
    companies = {
        one.code: one for one in Company.objects.filter(code__in=[succession.predecessor, succession.successor])
    }
    headings = ((gettext("前の銘柄"), succession.predecessor), (gettext("後の銘柄"), succession.successor))
    sides = [
        {"heading": heading, "code": code, "company": companies.get(code), **(company_history(companies[code]) if code in companies else {})}
        for heading, code in headings
    ]  # fmt: skip
    return {
        "sides": sides, "signals": describe_signals(succession.evidence), "ends": [succession.evidence.get(end, {}) for end in ("before", "after")],
        "seen": _seen(succession), "candidates": succession.evidence.get("candidates"), "together_with": succession.evidence.get("together_with"),
        "choices": [(status.value, label) for status, label in _choices(succession)],
        "decide_address": reverse("admin:companies_succession_decide", args=[succession.pk]),
    }  # fmt: skip


def _choices(succession: Succession) -> list[tuple[SuccessionStatus, str]]:
    """What it is not yet; what a rule confirms by itself can only be rejected."""
    choices = [
        (SuccessionStatus.CONFIRMED, gettext("確認する")), (SuccessionStatus.REJECTED, gettext("却下する")),
        (SuccessionStatus.PROPOSED, gettext("判断を取り消して提案に戻す")),
    ]  # fmt: skip
    if is_by_rule(succession):
        choices.pop()
    return [choice for choice in choices if choice[0] != succession.status]
