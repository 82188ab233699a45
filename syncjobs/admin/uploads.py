"""Uploading a list file in the admin: choose, look at the difference, apply or discard."""

from collections import Counter
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from admin_pages.model_admin import StrictModelAdmin
from admin_pages.numbers import NOTHING, number_column
from companies.admin.difference_file import difference_file
from companies.choices import EventType
from companies.errors import SnapshotDiffers, SnapshotRefused
from companies.events.wording import EventWording
from companies.ledger.refusal_wording import explain_refusal
from companies.ledger.snapshots import Outcome
from datasources.errors import ListFileError
from datasources.file_providers import file_provider
from syncjobs.approval_form import ApprovalForm
from syncjobs.choices import UploadKind, UploadStatus
from syncjobs.errors import UploadAlreadyFinished
from syncjobs.forms import ListUploadForm
from syncjobs.list_files import ImportedList, read_list_file
from syncjobs.models import ListUpload
from syncjobs.uploads import apply_upload, discard_upload, preview_upload, receive_upload

_SHOWN_CHANGES = 200


@admin.register(ListUpload)
class ListUploadAdmin(StrictModelAdmin):
    """A record of who uploaded what. Adding one is uploading a file; the page of one that waits shows its preview."""

    list_display = ("uploaded_at", "file_name", "date_in_force", "rows_told", "status", "is_forced", "uploaded_by")
    list_filter = ("status",)
    fields = (
        "file_name", "date_in_force", "row_count", "status", "uploaded_by", "uploaded_at", "finished_by", "finished_at",
        "outcome", "force_reason", "counted", "sha256", "size_bytes",
    )  # fmt: skip
    readonly_fields = ("outcome", "counted")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ListUpload]:
        """Of lists of issues; those of issuers have pages of their own."""
        uploads: QuerySet[ListUpload] = super().get_queryset(request)
        return uploads.filter(kind=UploadKind.LISTING)

    rows_told = number_column("row_count", _("件数"))

    @display(description=_("結果"))
    def outcome(self, upload: ListUpload) -> str:
        result = upload.result
        if not result:
            return NOTHING
        return gettext("全 {total:,} 件（新規 {new:,}、変更 {updated:,}、廃止 {deactivated:,}）").format(**result)

    @display(description=_("確認した件数"))
    def counted(self, upload: ListUpload) -> str:
        """Of a doubtful list, what its taker had counted."""
        counts = (upload.confirmed_counts or {}).items()
        return gettext("、").join(f"{EventType(kind).label} {count:,}" for kind, count in counts) or NOTHING

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("syncjobs.import_list"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
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
            except (SnapshotRefused, ListFileError) as error:
                form.add_error("file", _explain(error))
            else:
                return redirect("admin:syncjobs_listupload_change", upload.pk)
        title, note = gettext("一覧ファイルの取込"), file_provider().licence_note
        return self._show(request, "upload.html", title, form=form, licence_note=note)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The preview of one that waits, and the decision; afterwards the plain record."""
        upload = self.get_object(request, object_id)
        if upload is None or upload.status != UploadStatus.PREVIEWED or not self.has_add_permission(request):
            record: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
            return record
        return self._decide(request, upload) if request.method == "POST" else self._preview(request, upload)

    def _preview(self, request: HttpRequest, upload: ListUpload, data: Any = None) -> HttpResponse:
        """What it would change; `data` is consent that was not enough."""
        try:
            preview, warnings = preview_upload(upload)
        except (SnapshotRefused, ListFileError) as error:
            messages.error(request, _explain(error))
            return redirect("admin:syncjobs_listupload_changelist")
        counts = Counter(change.event_type for change in preview.changes)
        wording = EventWording()
        return self._show(
            request, "preview.html", gettext("取込内容の確認: {file_name}").format(file_name=upload.file_name), upload=upload, preview=preview,
            is_there=preview.result.outcome is Outcome.UNCHANGED, refusal=explain_refusal(preview.refusal) if preview.refusal else "",
            warnings=warnings, counts=[(EventType(kind).label, count) for kind, count in counts.most_common()],
            approval_form=ApprovalForm(data, counts=counts) if preview.refusal else None, changes=[
                (
                    change, EventType(change.event_type).label,
                    wording.name(change.event_type, change.old), wording.name(change.event_type, change.new),
                ) for change in preview.changes[:_SHOWN_CHANGES]
            ],
        )  # fmt: skip

    def _decide(self, request: HttpRequest, upload: ListUpload) -> HttpResponse:
        try:
            if "discard" in request.POST:
                discard_upload(upload, discarded_by=_name(request))
                messages.info(
                    request,
                    gettext("{file_name} の取込を取り消しました。何も書き込んでいません。").format(
                        file_name=upload.file_name
                    ),
                )
            else:
                consent = _consent(request, upload)
                if consent is not None and not consent.is_valid():
                    return self._preview(request, upload, request.POST)
                result = _apply(request, upload, consent).result
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
        except (SnapshotRefused, ListFileError) as error:
            messages.error(request, _explain(error))
            return redirect("admin:syncjobs_listupload_change", upload.pk)
        except SnapshotDiffers:
            messages.error(request, gettext("確認している間に変化の件数が変わりました。新しい内容を確かめてください。"))
            return redirect("admin:syncjobs_listupload_change", upload.pk)
        except UploadAlreadyFinished:
            messages.warning(request, gettext("このファイルは、すでに取り込まれたか取り消されています。"))
        return redirect("admin:syncjobs_listupload_changelist")

    def difference_view(self, request: HttpRequest, upload_id: int) -> HttpResponseBase:
        """All that an upload which waits for a decision would change, as a file."""
        upload = ListUpload.objects.filter(pk=upload_id).first()
        if not self.has_add_permission(request):
            raise PermissionDenied
        if upload is None or upload.content is None or upload.status != UploadStatus.PREVIEWED:
            messages.warning(request, gettext("このファイルは、すでに取り込まれたか取り消されています。"))
            return redirect("admin:syncjobs_listupload_changelist")
        try:
            listing = read_list_file(bytes(upload.content))
        except ListFileError as error:
            messages.error(request, str(error))
            return redirect("admin:syncjobs_listupload_changelist")
        back = reverse("admin:syncjobs_listupload_change", args=[upload.pk])
        return difference_file(
            request, listing.date_in_force, listing.issues, file_provider().snapshot_source, back=back
        ) or redirect(back)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.difference_view)
        return [path("<int:upload_id>/difference/", view, name="syncjobs_listupload_difference"), *super().get_urls()]

    def _show(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        page = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, **context}
        return render(request, f"admin/syncjobs/listupload/{template}", page)


def _consent(request: HttpRequest, upload: ListUpload) -> ApprovalForm | None:
    """What was entered for a doubtful list, compared with what it would change now; `None` where nothing is doubtful."""
    preview, _warnings = preview_upload(upload)
    if preview.refusal is None:
        return None
    return ApprovalForm(request.POST, counts=Counter(change.event_type for change in preview.changes))


def _apply(request: HttpRequest, upload: ListUpload, consent: ApprovalForm | None) -> ImportedList:
    if consent is None:
        return apply_upload(upload, force=False, applied_by=_name(request))
    return apply_upload(
        upload,
        force=True,
        applied_by=_name(request),
        reason=consent.cleaned_data["reason"],
        confirmed=consent.confirmed(),
    )


def _name(request: HttpRequest) -> str:
    return request.user.get_username()


def _explain(error: SnapshotRefused | ListFileError) -> str:
    return explain_refusal(error) if isinstance(error, SnapshotRefused) else str(error)
