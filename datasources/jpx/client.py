"""What the product wants of JPX's web server: the list of listed issues of the month, if there is another one than last time.

The address: jpx.co.jp, 「その他統計資料」 (markets/statistics-equities/misc/01.html), which links the file. It was `data_j.xls` for many years and
has been `data_j.xlsx` since 2026, while the old address answers 404; by programs in public repositories that download it, checked
2026-11-27, without a request. Of its headers nothing is documented: a list is asked for by those that the last answer had, and
fetched whole where it had none.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from datasources.downloads import DownloadService, PublishedFile
from datasources.errors import DayNotPublished, ListFileError
from datasources.jpx.listing import read_listing
from datasources.jpx.metrics import JPX_CALLS, JPX_SECONDS
from datasources.jpx.table import MAX_FILE_BYTES
from datasources.models import DataSource
from datasources.providers import FetchedList, ListClient, no_report
from datasources.waiting import CheckCancelled, never_cancelled

_BASE_URL = "https://www.jpx.co.jp/markets/statistics-equities/misc/tvdivq0000001vg2-att"
#: The newer first: a list that was left behind under the old name must not be taken for the newest.
_PATHS = ("/data_j.xlsx", "/data_j.xls")
_FILE_ENDINGS = (".xlsx", ".xls", ".csv")
_FILE = PublishedFile(
    publisher="JPX",
    what=_("上場銘柄一覧のファイル"),
    by_hand=_(
        "急ぐときは、ブラウザーで JPX のウェブサイトの「その他統計資料」から東証上場銘柄一覧（data_j）をダウンロードして、"
        "「一覧ファイルの取込」から取り込んでください。"
    ),
    max_bytes=MAX_FILE_BYTES,
    calls=JPX_CALLS,
    seconds=JPX_SECONDS,
    event="jpx_download",
)


class JpxClient(ListClient):
    """One source's list. Not to be shared by threads."""

    def __init__(self, source: DataSource, check_cancelled: CheckCancelled) -> None:
        address = source.base_url or _BASE_URL
        self._paths = ("",) if address.lower().endswith(_FILE_ENDINGS) else _PATHS
        self._service = DownloadService(
            source, _FILE, address, patience=settings.JPX_REQUESTS, check_cancelled=check_cancelled
        )  # fmt: skip

    def close(self) -> None:
        """Give the connections back."""
        self._service.close()

    def fetch_listing(self, day: date | None, report: Callable[[int], None] = no_report) -> FetchedList:
        """Whatever was fetched before. Only the list of one day is there: for another `day` it raises `DayNotPublished`."""
        found = self.fetch_newer(day, {}, report)
        if found is None:  # no 304 is let through that was not asked for
            raise AssertionError
        return found

    def fetch_newer(
        self, day: date | None, validators: Mapping[str, str], report: Callable[[int], None] = no_report
    ) -> FetchedList | None:
        """The day that the file says is the list's; who asks for a certain one has it fetched, to see of which it is."""
        download = self._service.fetch(self._paths, {} if day else validators)
        if download is None:
            return None
        try:
            listing = read_listing(download.content, today=timezone.localdate())
        except ListFileError as error:
            raise self._service.unreadable(error) from error
        if day is not None and day != listing.date_in_force:
            raise DayNotPublished(day, listing.date_in_force, _FILE.publisher)
        report(len(listing.issues))
        return FetchedList(listing.date_in_force, listing.issues, download.validators, listing.warnings)


@contextmanager
def open_jpx_client(source: DataSource, check_cancelled: CheckCancelled = never_cancelled) -> Iterator[JpxClient]:
    """A client for the block; its connections are given back afterwards. `check_cancelled` may end it by raising.

    Raises `SourceError` for an unusable base URL.
    """
    client = JpxClient(source, check_cancelled)
    try:
        yield client
    finally:
        client.close()
