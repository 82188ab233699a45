"""Uploading a list of issuers in the admin: choose, look at what it would change, apply or discard."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from admin_pages.model_admin import StrictModelAdmin
from admin_pages.numbers import NOTHING, number_column
from companies.issuers.errors import IssuerListRefused
from companies.issuers.refusal_wording import explain_issuer_refusal
from companies.ledger.snapshots import Outcome
from datasources.errors import ListFileError
from datasources.issuer_providers import issuer_list_provider
from syncjobs.approval_form import ApprovalForm
from syncjobs.choices import UploadKind, UploadStatus
from syncjobs.errors import UploadAlreadyFinished
from syncjobs.forms import IssuerListUploadForm
from syncjobs.issuer_uploads import apply_issuer_upload, preview_issuer_upload, receive_issuer_upload
from syncjobs.models import IssuerListUpload
from syncjobs.uploads import discard_upload

_SHOWN_CHANGES = 200
_PAGES = "admin:syncjobs_issuerlistupload"


@admin.register(IssuerListUpload)
class IssuerListUploadAdmin(StrictModelAdmin):
    """A record of who uploaded what. Adding one is uploading a file; the page of one that waits shows its preview."""

    list_display = ("uploaded_at", "file_name", "date_in_force", "rows_told", "status", "is_forced", "uploaded_by")
    list_filter = ("status",)
    fields = (
        "file_name", "date_in_force", "filers", "status", "uploaded_by", "uploaded_at", "finished_by", "finished_at",
        "outcome", "force_reason", "sha256", "size_bytes",
    )  # fmt: skip
    readonly_fields = ("filers", "outcome")

    def get_queryset(self, request: HttpRequest) -> QuerySet[IssuerListUpload]:
        """Others are on the page of lists of issues."""
        uploads: QuerySet[IssuerListUpload] = super().get_queryset(request)
        return uploads.filter(kind=UploadKind.ISSUERS)

    rows_told = number_column("row_count", _("提出者数"))

    @display(description=_("提出者数"))
    def filers(self, upload: IssuerListUpload) -> str:
        """Individuals are not counted."""
        return f"{upload.row_count:,}"

    @display(description=_("結果"))
    def outcome(self, upload: IssuerListUpload) -> str:
        return _figures(upload.result) if upload.status == UploadStatus.APPLIED and upload.result else NOTHING

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("syncjobs.import_list"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            return redirect("admin:index")
        form = IssuerListUploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                upload = receive_issuer_upload(
                    file_name=form.file_name,
                    content=form.cleaned_data["file"],
                    uploaded_by=request.user,  # type: ignore[arg-type] # the admin is for signed-in users
                )
            except (IssuerListRefused, ListFileError) as error:
                form.add_error("file", _explain(error))
            else:
                return redirect(f"{_PAGES}_change", upload.pk)
        title, note = gettext("EDINET コード一覧の取込"), issuer_list_provider().licence_note
        return self._show(request, "listupload/upload.html", title, form=form, licence_note=note)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The preview of one that waits, and the decision; afterwards the plain record."""
        upload = self.get_object(request, object_id)
        if upload is not None and upload.status != UploadStatus.PREVIEWED and request.method == "POST":
            messages.warning(request, gettext("このファイルは、すでに取り込まれたか取り消されています。"))
            return redirect(f"{_PAGES}_changelist")
        if upload is None or upload.status != UploadStatus.PREVIEWED or not self.has_add_permission(request):
            record: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
            return record
        return self._decide(request, upload) if request.method == "POST" else self._preview(request, upload)

    def _preview(
        self, request: HttpRequest, upload: IssuerListUpload, form: ApprovalForm | None = None
    ) -> HttpResponse:
        """What it would change; `form` is consent that was not enough."""
        try:
            preview = preview_issuer_upload(upload)
        except IssuerListRefused as refusal:
            messages.error(request, explain_issuer_refusal(refusal))
            return redirect(f"{_PAGES}_changelist")
        told = upload.result or {}
        return self._show(
            request, "issuerlistupload/preview.html",
            gettext("取込内容の確認: {file_name}").format(file_name=upload.file_name), upload=upload, preview=preview,
            is_there=preview.result.outcome is Outcome.UNCHANGED, individuals=told["individuals"],
            warnings=told["warnings"], changes=preview.changes[:_SHOWN_CHANGES],
            refusal=explain_issuer_refusal(preview.refusal) if preview.refusal else "",
            approval_form=(form or ApprovalForm(counts={})) if preview.refusal else None,
        )  # fmt: skip

    def _decide(self, request: HttpRequest, upload: IssuerListUpload) -> HttpResponse:
        try:
            if "discard" in request.POST:
                discard_upload(upload, discarded_by=request.user.get_username())
                text = gettext("{file_name} の取込を取り消しました。何も書き込んでいません。")
                messages.info(request, text.format(file_name=upload.file_name))
                return redirect(f"{_PAGES}_changelist")
            preview = preview_issuer_upload(upload)
            consent = ApprovalForm(request.POST, counts={}) if preview.refusal else None
            if consent is not None and not consent.is_valid():
                return self._preview(request, upload, consent)
            result = apply_issuer_upload(
                upload, force=consent is not None, applied_by=request.user.get_username(),
                reason=consent.cleaned_data["reason"] if consent else "",
            )  # fmt: skip
            text = gettext("{day} の EDINET コード一覧を取り込みました: {figures}。")
            figures = _figures({name: getattr(result, name) for name in result.__slots__})
            messages.success(request, text.format(day=result.date_in_force, figures=figures))
        except IssuerListRefused as refusal:
            messages.error(request, explain_issuer_refusal(refusal))
            return redirect(f"{_PAGES}_change", upload.pk)
        except UploadAlreadyFinished:
            messages.warning(request, gettext("このファイルは、すでに取り込まれたか取り消されています。"))
        return redirect(f"{_PAGES}_changelist")

    def _show(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        page = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, **context}
        return render(request, f"admin/syncjobs/{template}", page)


def _figures(result: dict[str, Any]) -> str:
    return gettext(
        "提出者 {total:,} 件（証券コードあり {listed:,}）、新しい発行体 {new_issuers:,}、発行体の情報が変わった銘柄 {companies:,}"
    ).format(**result)


def _explain(error: IssuerListRefused | ListFileError) -> str:
    return explain_issuer_refusal(error) if isinstance(error, IssuerListRefused) else str(error)
