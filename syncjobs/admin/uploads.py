"""Uploading a list file in the admin: choose, look at the difference, apply or discard."""

from collections import Counter
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from unfold.admin import ModelAdmin

from companies.choices import EventType
from companies.errors import SnapshotRefused
from companies.event_wording import EventWording
from companies.refusal_wording import explain_refusal
from datasources.errors import ListFileError
from syncjobs.errors import UploadAlreadyFinished
from syncjobs.forms import ListUploadForm
from syncjobs.models import ListUpload, UploadStatus
from syncjobs.uploads import apply_upload, discard_upload, preview_upload, receive_upload

_SHOWN_CHANGES = 200


@admin.register(ListUpload)
class ListUploadAdmin(ModelAdmin):
    """A record of who uploaded what. Adding one is uploading a file; the page of one that waits shows its preview."""

    list_display = ("uploaded_at", "file_name", "date_in_force", "row_count", "status", "is_forced", "uploaded_by")
    list_filter = ("status",)
    exclude = ("content",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Those who may import lists."""
        return bool(request.user.has_perm("syncjobs.import_list"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The record is not edited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor deleted."""
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Choose a file."""
        if not self.has_add_permission(request):
            return redirect("admin:index")
        form = ListUploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                upload = receive_upload(
                    file_name=form.file_name,
                    content=form.cleaned_data["file"],
                    uploaded_by=request.user,  # type: ignore[arg-type] # the admin is for signed-in users
                )
            except ListFileError as error:
                form.add_error("file", str(error))
            except SnapshotRefused as refusal:
                form.add_error("file", explain_refusal(refusal))
            else:
                return redirect("admin:syncjobs_listupload_change", upload.pk)
        return self._show(request, "upload.html", gettext("一覧ファイルの取込"), form=form)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The preview of one that waits, and the decision; afterwards the plain record."""
        upload = self.get_object(request, object_id)
        if upload is None or upload.status != UploadStatus.PREVIEWED or not self.has_add_permission(request):
            record: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
            return record
        if request.method == "POST":
            return self._decide(request, upload)
        try:
            preview, warnings = preview_upload(upload)
        except SnapshotRefused as refusal:
            messages.error(request, explain_refusal(refusal))
            return redirect("admin:syncjobs_listupload_changelist")
        counts = Counter(EventType(change.event_type).label for change in preview.changes)
        wording = EventWording()
        return self._show(
            request, "preview.html", gettext("取込内容の確認: {file_name}").format(file_name=upload.file_name), upload=upload, preview=preview,
            refusal=explain_refusal(preview.refusal) if preview.refusal else "",
            warnings=warnings, counts=counts.most_common(), changes=[
                (
                    change, EventType(change.event_type).label,
                    wording.name(change.event_type, change.old), wording.name(change.event_type, change.new),
                ) for change in preview.changes[:_SHOWN_CHANGES]
            ],
        )  # fmt: skip

    def _decide(self, request: HttpRequest, upload: ListUpload) -> HttpResponse:
        try:
            if "discard" in request.POST:
                discard_upload(upload)
                messages.info(
                    request,
                    gettext("{file_name} の取込を取り消しました。何も書き込んでいません。").format(
                        file_name=upload.file_name
                    ),
                )
            else:
                result = apply_upload(upload, force="force" in request.POST).result
                messages.success(
                    request,
                    gettext(
                        "{date_in_force} の一覧を取り込みました: 全 {total:,} 件（新規 {new:,}、"
                        "変更 {updated:,}、廃止 {deactivated:,}）、イベント {events:,} 件。"
                    ).format(
                        date_in_force=result.date_in_force,
                        total=result.total,
                        new=result.new,
                        updated=result.updated,
                        deactivated=result.deactivated,
                        events=result.events,
                    ),
                )
        except SnapshotRefused as refusal:
            messages.error(request, explain_refusal(refusal))
            return redirect("admin:syncjobs_listupload_change", upload.pk)
        except UploadAlreadyFinished:
            messages.warning(request, gettext("このファイルは、すでに取り込まれたか取り消されています。"))
        return redirect("admin:syncjobs_listupload_changelist")

    def _show(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        page = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, **context}
        return render(request, f"admin/syncjobs/listupload/{template}", page)
