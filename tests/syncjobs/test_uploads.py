"""What becomes of an upload."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from companies.errors import SnapshotRefused
from companies.models import Company, ListingSnapshot
from syncjobs.errors import UploadAlreadyFinished
from syncjobs.models import ListUpload, UploadStatus
from syncjobs.tasks import discard_stale_uploads
from syncjobs.uploads import apply_upload, discard_upload, preview_upload, receive_upload
from tests.datasources.test_jpx_listing import ETF, KYOKUYO, csv_of


def receive(*rows: str) -> ListUpload:
    return receive_upload(file_name="data_j.csv", content=csv_of(*rows), uploaded_by=None)


@pytest.mark.django_db
def test_an_upload_is_previewed_then_applied_once() -> None:
    upload = receive(KYOKUYO, ETF)
    preview, warnings = preview_upload(upload)

    assert (preview.result.new, warnings) == (2, [])
    assert not Company.objects.exists()
    assert apply_upload(upload, force=False).result.new == 2
    for decide in (lambda: apply_upload(upload, force=False), lambda: discard_upload(upload)):
        with pytest.raises(UploadAlreadyFinished):
            decide()


@pytest.mark.django_db
def test_a_refused_upload_still_waits() -> None:
    apply_upload(receive(KYOKUYO, ETF), force=False)
    short = receive(KYOKUYO.replace("20240229", "20240329"))

    with pytest.raises(SnapshotRefused):
        apply_upload(short, force=False)

    short.refresh_from_db()
    assert short.status == UploadStatus.PREVIEWED
    assert ListingSnapshot.objects.count() == 1


@pytest.mark.django_db
def test_a_discarded_upload_keeps_its_record_and_loses_its_content() -> None:
    upload = receive(KYOKUYO)

    discard_upload(upload)

    assert (upload.status, upload.content) == (UploadStatus.DISCARDED, None)
    with pytest.raises(UploadAlreadyFinished):
        preview_upload(upload)


@pytest.mark.django_db
def test_uploads_that_nobody_decided_on_for_a_day_are_discarded() -> None:
    old, new = receive(KYOKUYO), receive(ETF)
    ListUpload.objects.filter(pk=old.pk).update(uploaded_at=timezone.now() - timedelta(days=1, minutes=1))

    discard_stale_uploads()

    assert ListUpload.objects.get(pk=old.pk).status == UploadStatus.DISCARDED
    assert ListUpload.objects.get(pk=new.pk).status == UploadStatus.PREVIEWED


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_apply_at_once_one_finds_it_done() -> None:
    upload = receive(KYOKUYO, ETF)

    def decide(_number: int) -> str:
        try:
            return str(apply_upload(ListUpload.objects.get(pk=upload.pk), force=False).result.outcome)
        except UploadAlreadyFinished:
            return "finished"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        outcomes = sorted(threads.map(decide, range(4)))

    assert outcomes == ["applied", "finished", "finished", "finished"]
    assert ListingSnapshot.objects.count() == 1
