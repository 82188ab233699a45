"""Uploaded lists of issuers: received, previewed, then applied once or discarded, as lists of issues are (`syncjobs.uploads`)."""

import hashlib
from dataclasses import asdict

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from companies.issuers.issuer_lists import AppliedIssuerList, IssuerListPreview, apply_issuer_list, preview_issuer_list
from datasources.issuer_providers import issuer_list_provider
from sign_in.models import ChangeKind
from sign_in.recording import record_change
from syncjobs.choices import UploadKind, UploadStatus
from syncjobs.errors import UploadAlreadyFinished
from syncjobs.fetched_issuers import pack_issuers, unpack_issuers
from syncjobs.models import IssuerListUpload, ListUpload
from syncjobs.uploads import finish_upload


def receive_issuer_upload(*, file_name: str, content: bytes, uploaded_by: User | None) -> IssuerListUpload:
    """Keep a file for its preview. Raises `ListFileError` for what is no list of issuers, and `IssuerListRefused` for what could not
    be applied even by force; then nothing is kept.
    """
    issuers = issuer_list_provider().read_file(content, today=timezone.localdate())
    preview_issuer_list(issuers.date_in_force, issuers.filers)
    return IssuerListUpload.objects.create(
        # Not the file: there are individuals in it, who are never kept.
        content=pack_issuers(issuers.filers), result={"individuals": issuers.individuals, "warnings": issuers.warnings},
        kind=UploadKind.ISSUERS, file_name=file_name[:255], sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content), date_in_force=issuers.date_in_force, row_count=len(issuers.filers),
        uploaded_by=uploaded_by,
    )  # fmt: skip


def preview_issuer_upload(upload: IssuerListUpload) -> IssuerListPreview:
    """What applying the upload would do now. Raises `UploadAlreadyFinished`, and `IssuerListRefused` as `receive_issuer_upload`."""
    if upload.content is None or upload.status != UploadStatus.PREVIEWED:
        raise UploadAlreadyFinished
    return preview_issuer_list(upload.date_in_force, unpack_issuers(upload.content))


def apply_issuer_upload(
    upload: IssuerListUpload, *, force: bool, applied_by: str, reason: str = ""
) -> AppliedIssuerList:
    """Apply the upload, once: a second click finds it finished. A doubtful one is forced by a person for a reason. Raises
    `UploadAlreadyFinished` and `IssuerListRefused`; then it stays as it was.
    """
    if upload.content is None:
        raise UploadAlreadyFinished
    filers = unpack_issuers(upload.content)
    with transaction.atomic():
        finish_upload(upload, UploadStatus.APPLIED, by=applied_by)
        result = apply_issuer_list(upload.date_in_force, filers, force=force)
        told = {**(upload.result or {}), **asdict(result), "date_in_force": result.date_in_force.isoformat()}
        ListUpload.objects.filter(pk=upload.pk).update(result=told, is_forced=force, force_reason=reason, content=None)
        if force:
            record_change(upload, ChangeKind.APPROVED, person=applied_by, reason=reason)
    upload.refresh_from_db()
    return result
