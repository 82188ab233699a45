"""What becomes of an upload."""

import resource
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from companies.errors import SnapshotRefused
from companies.models import Company, ListingSnapshot
from datasources.errors import ListFileError
from syncjobs.choices import UploadStatus
from syncjobs.errors import UploadAlreadyFinished
from syncjobs.models import ListUpload
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


@pytest.mark.django_db
def test_the_file_is_read_before_the_transaction_begins() -> None:
    """The program that reads it is over, and its time at work counted, before the first statement."""
    upload = receive(KYOKUYO, ETF)
    at_work: list[float] = []

    def watch(execute: Any, *arguments: Any) -> Any:
        at_work.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime)
        return execute(*arguments)

    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with connection.execute_wrapper(watch):
        apply_upload(upload, force=False)

    assert before < at_work[0]
    assert at_work[0] == at_work[-1]


@pytest.mark.django_db
def test_what_a_release_before_received_and_this_one_refuses_still_waits() -> None:
    upload = receive(KYOKUYO)
    ListUpload.objects.filter(pk=upload.pk).update(content=csv_of(KYOKUYO.replace("1301", "130O")))
    upload.refresh_from_db()

    for decide in (lambda: preview_upload(upload), lambda: apply_upload(upload, force=True)):
        with pytest.raises(ListFileError, match="2 行目「コード」"):
            decide()
    upload.refresh_from_db()
    assert upload.status == UploadStatus.PREVIEWED
