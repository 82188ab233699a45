"""EDINET as a provider: the list of who files there, with their securities codes. It has no accounts: there is one source of it."""

from contextlib import AbstractContextManager
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from datasources.edinet.archive import MAX_FILE_BYTES
from datasources.edinet.client import EdinetClient, open_edinet_client
from datasources.edinet.code_list import read_code_list
from datasources.edinet.form import EdinetForm
from datasources.issuer_providers import IssuerFile, IssuerListProvider
from datasources.models import DataSource
from datasources.waiting import CheckCancelled, never_cancelled


class Edinet(IssuerListProvider):
    """The code list."""

    name, label = "edinet", "EDINET"
    form = EdinetForm
    fieldsets = ((None, {"fields": ("name", "requests_per_minute", "base_url", "is_enabled")}),)
    licence_note = _("金融庁が EDINET で公開している一覧です。利用の条件は EDINET の利用規約で確認してください。")
    comes_with_product = True
    max_file_bytes = MAX_FILE_BYTES

    def open(
        self, source: DataSource, check_cancelled: CheckCancelled = never_cancelled
    ) -> AbstractContextManager[EdinetClient]:
        """Raises `SourceError` for an unusable base URL."""
        return open_edinet_client(source, check_cancelled)

    def read_file(self, content: bytes, *, today: date) -> IssuerFile:
        """As it was downloaded, or the CSV in it."""
        return read_code_list(content, today=today)

    def probe(self, source: DataSource) -> str:
        """Download the list, and write nothing."""
        with open_edinet_client(source) as client:
            issuers = client.fetch_whole().issuers
        return gettext("接続できました。{day} の一覧（{count:,} 件）です。").format(
            day=issuers.date_in_force, count=len(issuers.filers)
        )


PROVIDER = Edinet()
