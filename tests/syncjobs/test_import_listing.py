"""`manage.py import_listing` and uploads."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from companies.models import Company, ListingSnapshot
from syncjobs.errors import UploadAlreadyFinished
from syncjobs.uploads import apply_upload, discard_upload, preview_upload, receive_upload
from tests.datasources.test_jpx_listing import ETF, KYOKUYO, csv_of

pytestmark = pytest.mark.django_db


def test_lists_are_applied_from_the_oldest_and_a_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_bytes(
        csv_of(KYOKUYO.replace("20240229", "20240329"), ETF.replace("20240229", "20240329"))
    )
    (tmp_path / "old.csv").write_bytes(csv_of(KYOKUYO, ETF))
    (tmp_path / "bad.xls").write_bytes(b"\x89PNG")
    output = StringIO()

    with pytest.raises(CommandError, match=r"bad\.xls: PNG"):
        call_command("import_listing", *(str(tmp_path / n) for n in ("new.csv", "bad.xls", "old.csv")), stdout=output)

    assert [line[:10] for line in output.getvalue().splitlines()] == ["2024-02-29", "2024-03-29"]
    assert Company.objects.active().count() == 2


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(csv_of(KYOKUYO))

    call_command("import_listing", str(tmp_path / "list.csv"), "--dry-run", stdout=StringIO())

    assert not ListingSnapshot.objects.exists()


def test_an_upload_is_previewed_then_applied_once() -> None:
    upload = receive_upload(file_name="data_j.csv", content=csv_of(KYOKUYO, ETF), uploaded_by=None)
    preview, warnings = preview_upload(upload)

    assert (preview.result.new, warnings) == (2, [])
    assert not Company.objects.exists()
    assert apply_upload(upload, force=False).result.new == 2
    with pytest.raises(UploadAlreadyFinished):
        apply_upload(upload, force=False)
    with pytest.raises(UploadAlreadyFinished):
        discard_upload(upload)
