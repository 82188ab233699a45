"""What the product wants of EDINET: its code list, if there is another one than last time.

Source: 「EDINET API 仕様書」 (Version 2), 4-1 「EDINET コードリスト」, which names the fixed address; checked 2026-11, without a request.
Of its headers nothing is documented: a list is asked for by those that the last answer had, and fetched whole where it had none.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from datasources.downloads import DownloadService, PublishedFile
from datasources.edinet.archive import MAX_FILE_BYTES
from datasources.edinet.code_list import read_code_list
from datasources.edinet.metrics import EDINET_CALLS, EDINET_SECONDS
from datasources.errors import ListFileError
from datasources.issuer_providers import FetchedIssuers, IssuerListClient
from datasources.models import DataSource
from datasources.waiting import CheckCancelled, never_cancelled

_BASE_URL = "https://disclosure2dl.edinet-fsa.go.jp/searchdocument/codelist"
_PATHS = ("/Edinetcode.zip",)
_FILE = PublishedFile(
    publisher="EDINET",
    what=_("コードリストの zip"),
    by_hand=_("急ぐときは、ブラウザーでダウンロードして「EDINET コード一覧の取込」から取り込んでください。"),
    max_bytes=MAX_FILE_BYTES,
    calls=EDINET_CALLS,
    seconds=EDINET_SECONDS,
    event="edinet_download",
)


class EdinetClient(IssuerListClient):
    """One source's list. Not to be shared by threads."""

    def __init__(self, source: DataSource, check_cancelled: CheckCancelled) -> None:
        self._service = DownloadService(
            source, _FILE, source.base_url or _BASE_URL, patience=settings.EDINET_REQUESTS, check_cancelled=check_cancelled
        )  # fmt: skip

    def close(self) -> None:
        """Give the connections back."""
        self._service.close()

    def fetch_issuers(self, validators: Mapping[str, str]) -> FetchedIssuers | None:
        """Those of another address say nothing of this one."""
        download = self._service.fetch(_PATHS, validators)
        if download is None:
            return None
        try:
            issuers = read_code_list(download.content, today=timezone.localdate())
        except ListFileError as error:
            raise self._service.unreadable(error) from error
        return FetchedIssuers(issuers, download.validators)

    def fetch_whole(self) -> FetchedIssuers:
        """Whatever was fetched before. Raises `SourceError`."""
        found = self.fetch_issuers({})
        if found is None:  # no 304 is let through that was not asked for
            raise AssertionError
        return found


@contextmanager
def open_edinet_client(source: DataSource, check_cancelled: CheckCancelled = never_cancelled) -> Iterator[EdinetClient]:
    """A client for the block; its connections are given back afterwards. `check_cancelled` may end it by raising.

    Raises `SourceError` for an unusable base URL.
    """
    client = EdinetClient(source, check_cancelled)
    try:
        yield client
    finally:
        client.close()
