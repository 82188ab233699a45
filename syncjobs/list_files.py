"""Importing a list file: read by the provider that publishes such files, applied to the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from companies.ledger.snapshots import AppliedSnapshot, SnapshotPreview, apply_snapshot, preview_snapshot
from datasources.file_providers import FileList, file_provider


@dataclass(frozen=True, slots=True)
class ImportedList:
    """What became of a file: the ledger's figures, and what the reader could not understand."""

    result: AppliedSnapshot
    warnings: list[str]


def read_list_file(content: bytes) -> FileList:
    """The list in a file. Raises `datasources.errors.ListFileError`."""
    return file_provider().read_file(content, today=timezone.localdate())


def import_list(listing: FileList, *, force: bool = False, confirmed: Mapping[str, int] | None = None) -> ImportedList:
    """Apply a list that was read. Raises `SnapshotRefused` and, where what it changes is not what was `confirmed`,
    `SnapshotDiffers` (`companies.errors`); then nothing was written.
    """
    source = file_provider().snapshot_source
    result = apply_snapshot(listing.date_in_force, listing.issues, source, force=force, confirmed=confirmed)
    return ImportedList(result, listing.warnings)


def preview_list(listing: FileList) -> SnapshotPreview:
    """What `import_list` would do; nothing is written. Raises `SnapshotRefused` where force would not help either."""
    return preview_snapshot(listing.date_in_force, listing.issues, file_provider().snapshot_source)
