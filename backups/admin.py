"""What became of backups, for operators to look at."""

from django.contrib import admin
from django.template.defaultfilters import filesizeformat, truncatechars
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from admin_pages.numbers import NOTHING, number_cell
from admin_pages.read_only import ReadOnlyAdmin
from admin_pages.status_label import status_label
from backups.models import BackupRecord


@admin.register(BackupRecord)
class BackupRecordAdmin(ReadOnlyAdmin):
    """Backups taken by plan and restores on trial; looking is all there is."""

    list_display = ("moment", "kind", "outcome", "size", "file_name", "reason")
    list_display_links = ("moment",)
    list_filter = ("kind",)
    fields = ("kind", "outcome", "started_at", "ended_at", "file_name", "size", "row_count", "error")
    readonly_fields = fields

    @display(description=_("終了日時"), ordering="ended_at")
    def moment(self, record: BackupRecord) -> str:
        told = localtime(record.ended_at).strftime("%Y-%m-%d %H:%M")
        return format_html('<span class="whitespace-nowrap">{}</span>', told)

    @display(description=_("結果"))
    def outcome(self, record: BackupRecord) -> str:
        return status_label(record.outcome)

    @display(description=_("大きさ"), ordering="size_bytes")
    def size(self, record: BackupRecord) -> str:
        return number_cell(None if record.size_bytes is None else filesizeformat(record.size_bytes))

    @display(description=_("エラー"))
    def reason(self, record: BackupRecord) -> str:
        """How it begins; all of it is on the page of the record."""
        return truncatechars(record.error, 80) or NOTHING
