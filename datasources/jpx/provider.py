"""JPX as a provider: the list of listed issues that it puts on its web pages every month. It has no accounts: there is one source of it."""

from contextlib import AbstractContextManager
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from companies.choices import SnapshotSource
from datasources.file_providers import FileList, FileProvider
from datasources.jpx.client import JpxClient, open_jpx_client
from datasources.jpx.form import JpxForm
from datasources.jpx.listing import read_listing
from datasources.jpx.official_file import read_official_file
from datasources.jpx.table import MAX_FILE_BYTES
from datasources.models import DataSource
from datasources.official_files import OfficialFile
from datasources.providers import ListProvider
from datasources.waiting import CheckCancelled, never_cancelled


class Jpx(ListProvider, FileProvider):
    """`data_j` files: the one of the month, which is fetched, and any that people bring."""

    name, label = "jpx", _("JPX 上場銘柄一覧")
    form = JpxForm
    fieldsets = ((None, {"fields": ("name", "requests_per_minute", "base_url", "is_enabled")}),)
    contents_note = _(
        "有効にすると、毎月 1 回、第 3 営業日ごろに公開される前月末の一覧を自動で取得します。日ごとの一覧・英語名・信用区分はありません。過去の月の一覧も取得できません。"
    )
    licence_note = _(
        "JPX がウェブサイトで毎月公開している一覧です。アカウントは要りません。利用の条件は JPX のウェブサイトで確認してください。"
    )
    comes_with_product = True
    snapshot_source = SnapshotSource.JPX
    max_file_bytes = MAX_FILE_BYTES
    #: JPX was founded then; what it published before cannot be asked for, nor what it did since.
    first_day = date(2013, 1, 1)
    has_every_day = False
    #: jpx.co.jp, 「その他統計資料」: 「毎月第3営業日の午前9時以降に前月末データを掲載します。」, as quoted on public pages; checked 2026-11-27.
    out_on_business_day = 3

    def open(
        self, source: DataSource, check_cancelled: CheckCancelled = never_cancelled
    ) -> AbstractContextManager[JpxClient]:
        """Raises `SourceError` for an unusable base URL."""
        return open_jpx_client(source, check_cancelled)

    def probe(self, source: DataSource) -> str:
        """Download the list, and write nothing."""
        with open_jpx_client(source) as client:
            listing = client.fetch_listing(None)
        return gettext("接続できました。{day} の一覧（{count:,} 件）です。").format(
            day=listing.date_in_force, count=len(listing.issues)
        )

    def read_file(self, content: bytes, *, today: date) -> FileList:
        """As it was downloaded, or saved again."""
        return read_listing(content, today=today)

    def read_official_file(self, content: bytes, *, today: date) -> OfficialFile:
        """A saved page of delisted issues or of new listings, or a CSV."""
        return read_official_file(content, today=today)


PROVIDER = Jpx()
