"""The life of an uploaded list file: received, previewed, then applied once or discarded."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from companies.ledger.snapshots import SnapshotPreview
from sign_in.models import ChangeKind
from sign_in.recording import record_change
from syncjobs.approval import told_counts
from syncjobs.choices import UploadStatus
from syncjobs.errors import UploadAlreadyFinished
from syncjobs.list_files import ImportedList, import_list, preview_list, read_list_file
from syncjobs.models import ListUpload


def receive_upload(*, file_name: str, content: bytes, uploaded_by: User | None) -> ListUpload:
    """Keep a file for its preview. Raises `ListFileError` for what is not a list, and `SnapshotRefused` for what could
    not be applied even by force; then nothing is kept.
    """
    listing = read_list_file(content)
    preview_list(listing)
    return ListUpload.objects.create(
        file_name=file_name[:255],
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        date_in_force=listing.date_in_force,
        row_count=len(listing.issues),
        uploaded_by=uploaded_by,
    )


def preview_upload(upload: ListUpload) -> tuple[SnapshotPreview, list[str]]:
    """What applying the upload would do now, and the reader's warnings. Raises `UploadAlreadyFinished`, and as
    `receive_upload` where what was received is refused by now.
    """
    if upload.content is None or upload.status != UploadStatus.PREVIEWED:
        raise UploadAlreadyFinished
    listing = read_list_file(bytes(upload.content))
    return preview_list(listing), listing.warnings


def apply_upload(
    upload: ListUpload,
    *,
    force: bool,
    applied_by: str = "",
    reason: str = "",
    confirmed: Mapping[str, int] | None = None,
) -> ImportedList:
    """Apply the upload, once: a second click finds it finished. A doubtful one is forced by a person for a reason, with
    the numbers that `companies.ledger.confirmation.figures_to_confirm` asks for. Raises `UploadAlreadyFinished`, `SnapshotRefused`,
    `SnapshotDiffers`, and `ListFileError` for what a release before could read; then it stays as it was.

    The file is read before the transaction begins: no lock waits for that.
    """
    if upload.content is None:
        raise UploadAlreadyFinished
    listing = read_list_file(bytes(upload.content))
    with transaction.atomic():
        finish_upload(upload, UploadStatus.APPLIED, by=applied_by)
        imported = import_list(listing, force=force, confirmed=confirmed)
        result = {**asdict(imported.result), "date_in_force": imported.result.date_in_force.isoformat()}
        ListUpload.objects.filter(pk=upload.pk).update(
            result={**result, "warnings": imported.warnings}, is_forced=force, force_reason=reason,
            confirmed_counts=confirmed,
        )  # fmt: skip
        if force:
            counts = told_counts(confirmed or {})
            record_change(upload, ChangeKind.APPROVED, person=applied_by, reason=reason, values=counts)
    upload.refresh_from_db()
    return imported


def discard_upload(upload: ListUpload, *, discarded_by: str = "") -> None:
    """Forget the content; the record that it was uploaded stays. Raises `UploadAlreadyFinished`."""
    with transaction.atomic():
        finish_upload(upload, UploadStatus.DISCARDED, by=discarded_by)
        ListUpload.objects.filter(pk=upload.pk).update(content=None)
    upload.refresh_from_db()


def discard_uploads_before(moment: datetime) -> int:
    """Discard what nobody decided on since before `moment`. Returns how many."""
    stale = ListUpload.objects.filter(status=UploadStatus.PREVIEWED, uploaded_at__lt=moment)
    return stale.update(status=UploadStatus.DISCARDED, finished_at=timezone.now(), content=None)


def finish_upload(upload: ListUpload, status: UploadStatus, *, by: str) -> None:
    """Write its end. The conditional update is the lock: of two who decide at once, one finds no row to change. Raises
    `UploadAlreadyFinished`.
    """
    waiting = ListUpload.objects.filter(pk=upload.pk, status=UploadStatus.PREVIEWED)
    if waiting.update(status=status, finished_at=timezone.now(), finished_by=by) != 1:
        raise UploadAlreadyFinished
