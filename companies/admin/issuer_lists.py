"""The entries of the ledger of issuers."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.context_processors import PermWrapper
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from admin_pages.filter_days import PeriodFilter
from admin_pages.numbers import NOTHING, number_cell
from admin_pages.parts import render_parts
from admin_pages.read_only import ReadOnlyAdmin, one_line
from admin_pages.status_label import status_label
from companies.choices import EntryStatus
from companies.models import IssuerList


def status_of(entry: IssuerList) -> EntryStatus:
    """What the entry counts for. Reads the withdrawal: `select_related` it for many."""
    if not entry.is_superseded:
        return EntryStatus.HOLDING
    return EntryStatus.WITHDRAWN if hasattr(entry, "withdrawal") else EntryStatus.SUPERSEDED


class IssuerListStatusFilter(DropdownFilter):
    """What the entries count for."""

    title, parameter_name = _("状態"), "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(status), str(label)) for status, label in EntryStatus.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[IssuerList]) -> QuerySet[IssuerList]:
        chosen = self.value()
        if not chosen:
            return queryset
        if chosen == EntryStatus.HOLDING:
            return queryset.filter(is_superseded=False)
        return queryset.filter(is_superseded=True, withdrawal__isnull=chosen == EntryStatus.SUPERSEDED)


@admin.register(IssuerList)
class IssuerListAdmin(ReadOnlyAdmin):
    """The entries, newest first, without their rows."""

    list_display = ("day", "filers_told", "listed_told", "holds", "origin", "short_fingerprint", "recorded")
    list_display_links = ("day",)
    list_filter = (("date_in_force", PeriodFilter), IssuerListStatusFilter)
    list_filter_submit = True
    list_select_related = ("withdrawal",)
    fields = (
        "date_in_force", "filers_told", "listed_told", "holds", "withdrawn_because", "origin", "revisions", "sha256",
        "recorded_at",
    )  # fmt: skip
    readonly_fields = ("filers_told", "listed_told", "holds", "withdrawn_because", "origin", "revisions")

    def get_queryset(self, request: HttpRequest) -> QuerySet[IssuerList]:
        """The rows, 300 KB an entry, are not needed to show one."""
        entries: QuerySet[IssuerList] = super().get_queryset(request).defer("rows")
        return entries

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """With who looks at it: not everybody may see what a list came from."""
        entry = super().get_object(request, object_id, from_field)
        if entry is not None:
            entry.reader = request.user
        return entry

    @display(description=_("基準日"), ordering="date_in_force")
    def day(self, entry: IssuerList) -> str:
        """As the API writes it."""
        return one_line(entry.date_in_force)

    @display(description=_("提出者数"), ordering="row_count")
    def filers_told(self, entry: IssuerList) -> str:
        """Without individuals."""
        return number_cell(entry.row_count)

    @display(description=_("証券コードのある提出者"), ordering="listed_count")
    def listed_told(self, entry: IssuerList) -> str:
        return number_cell(entry.listed_count)

    @display(description=_("状態"), ordering="is_superseded")
    def holds(self, entry: IssuerList) -> str:
        """Whether anything is derived from it."""
        return status_label(status_of(entry))

    @display(description=_("取り消した理由"))
    def withdrawn_because(self, entry: IssuerList) -> str:
        """Why, and who took it back."""
        if status_of(entry) is not EntryStatus.WITHDRAWN:
            return NOTHING
        return f"{entry.withdrawal.reason}（{entry.withdrawal.withdrawn_by}）"

    @display(description=_("どこから"))
    def origin(self, entry: IssuerList) -> str:
        """The run, where there was one; else somebody brought a file."""
        if entry.run_id is None:
            return gettext("一覧ファイル")
        reader = getattr(entry, "reader", None)
        link = render_parts("run_link", {"run_id": entry.run_id, "perms": PermWrapper(reader)}) if reader else ""
        return link or gettext("同期")

    @display(description=_("改訂"))
    def revisions(self, entry: IssuerList) -> str:
        """Those that it made."""
        numbers = entry.revisions.order_by("number").values_list("number", flat=True)
        return format_html_join("、", "{}", ((number,) for number in numbers)) or NOTHING

    @display(description="SHA-256")
    def short_fingerprint(self, entry: IssuerList) -> str:
        """Enough to compare by eye."""
        return entry.sha256[:12]

    @display(description=_("記録日時"), ordering="recorded_at")
    def recorded(self, entry: IssuerList) -> str:
        """To the second."""
        return one_line(f"{timezone.localtime(entry.recorded_at):%Y-%m-%d %H:%M:%S}")
