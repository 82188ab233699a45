"""JPX as a provider: the list of listed issues that it puts on its web pages every month."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from companies.choices import SnapshotSource
from datasources.jpx.listing import read_listing
from datasources.jpx.official_file import read_official_file
from datasources.jpx.table import MAX_FILE_BYTES
from datasources.official_files import OfficialFile
from datasources.providers import FileList, FileProvider


class Jpx(FileProvider):
    """`data_j` files."""

    name, label = "jpx", _("JPX 上場銘柄一覧")
    licence_note = _(
        "JPX がウェブサイトで毎月公開している一覧です。アカウントは要りません。利用の条件は JPX のウェブサイトで確認してください。"
    )
    snapshot_source = SnapshotSource.JPX
    max_file_bytes = MAX_FILE_BYTES

    def read_file(self, content: bytes, *, today: date) -> FileList:
        """As it was downloaded, or saved again."""
        return read_listing(content, today=today)

    def read_official_file(self, content: bytes, *, today: date) -> OfficialFile:
        """A saved page of delisted issues or of new listings, or a CSV."""
        return read_official_file(content, today=today)


PROVIDER = Jpx()
