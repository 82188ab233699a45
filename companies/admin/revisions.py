"""The revisions of the ledger: what came, from whom, what it changed and what it took back."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.context_processors import PermWrapper
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from admin_pages.filter_days import MomentPeriodFilter
from admin_pages.numbers import NOTHING, number_cell
from admin_pages.parts import render_parts
from admin_pages.read_only import ReadOnlyAdmin, one_line
from admin_pages.status_label import status_label
from admin_pages.strict_list import StrictChangeList
from companies.admin.revision_page import count_versions, revision_changes
from companies.choices import RevisionKind
from companies.models import LedgerRevision

_LINK = '<a class="text-primary-600 dark:text-primary-500 whitespace-nowrap" href="{}">{}</a>'


class RevisionChangeList(StrictChangeList):
    """Counts what the revisions of a page recorded and took back, for all of them at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list: list[Any] = list(self.result_list)
        counts = count_versions([revision.pk for revision in self.result_list])
        for revision in self.result_list:
            revision.recorded_count, revision.withdrawn_count = counts[revision.pk]
            revision.reader = request.user


@admin.register(LedgerRevision)
class LedgerRevisionAdmin(ReadOnlyAdmin):
    """The audit of the data, newest first."""

    list_display = ("number", "moment", "what", "of_list", "origin", "recorded", "withdrawn")
    list_display_links = ("number",)
    list_filter = ("kind", "entry__source", ("recorded_at", MomentPeriodFilter))
    list_filter_submit = True
    list_select_related = ("entry__withdrawal", "issuer_list__withdrawal")
    fields = ("number", "what", "recorded_at", "of_list", "origin", "fingerprint", "chain", "link")
    readonly_fields = ("what", "of_list", "origin")
    change_form_after_template = "admin/companies/ledgerrevision/changes.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerRevision]:
        """The rows of the list, 80 KB an entry, are not needed to show one."""
        revisions: QuerySet[LedgerRevision] = super().get_queryset(request)
        lists = ("entry__withdrawal", "issuer_list__withdrawal")
        return revisions.select_related(*lists).defer("entry__rows", "issuer_list__rows")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[RevisionChangeList]:
        """With what each revision did in numbers."""
        return RevisionChangeList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """With who looks at it: not everybody may see what a list came from."""
        revision = super().get_object(request, object_id, from_field)
        if revision is not None:
            revision.reader = request.user
        return revision

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of a revision, with what it changed."""
        revision = self.get_object(request, object_id)
        more = {} if revision is None else revision_changes(revision)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    @display(description=_("記録日時"), ordering="number")
    def moment(self, revision: LedgerRevision) -> str:
        """To the second; later numbers are later."""
        return one_line(f"{timezone.localtime(revision.recorded_at):%Y-%m-%d %H:%M:%S}")

    @display(description=_("種別"), ordering="kind")
    def what(self, revision: LedgerRevision) -> str:
        return status_label(RevisionKind(revision.kind))

    @display(description=_("一覧"), ordering="entry__date_in_force")
    def of_list(self, revision: LedgerRevision) -> str:
        """Leads to the entry."""
        entry = revision.entry
        if revision.issuer_list is not None:
            return f"EDINET {revision.issuer_list.date_in_force}"
        if entry is None:
            return NOTHING
        address = reverse("admin:companies_listingsnapshot_change", args=[entry.pk])
        return format_html(_LINK, address, f"{entry.get_source_display()} {entry.date_in_force}")

    @display(description=_("どこから"))
    def origin(self, revision: Any) -> str:
        """The run or the file that brought the list; or who took it back, and why."""
        entry = revision.entry or revision.issuer_list
        if entry is None:
            is_rebuilt = revision.kind == RevisionKind.REBUILT
            return gettext("履歴の再導出（どの一覧にもよらない）") if is_rebuilt else gettext("上場銘柄一覧によらない")
        if revision.kind in (RevisionKind.WITHDRAWN, RevisionKind.ISSUER_LIST_WITHDRAWN):
            taken = getattr(entry, "withdrawal", None)
            return f"{taken.withdrawn_by}: {taken.reason}" if taken else NOTHING
        if entry.run_id is None:
            return gettext("一覧ファイル")
        context = {"run_id": entry.run_id, "perms": PermWrapper(revision.reader)}
        return render_parts("run_link", context) or gettext("同期")

    @display(description=_("記録した版"))
    def recorded(self, revision: Any) -> str:
        """How many states of companies it told."""
        return number_cell(revision.recorded_count)

    @display(description=_("取り下げた版"))
    def withdrawn(self, revision: Any) -> str:
        """How many it took back, many of them to tell them anew with another end."""
        return number_cell(revision.withdrawn_count)
