"""Yahoo Finance as a provider. It has no accounts: there is one source of it."""

from contextlib import AbstractContextManager

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from companies.choices import QuoteSource
from datasources.models import DataSource
from datasources.providers import QuoteProvider
from datasources.waiting import CheckCancelled, never_cancelled
from datasources.yahoo.client import YahooClient, open_yahoo_client
from datasources.yahoo.form import YahooForm
from datasources.yahoo.symbol import find_symbol


class Yahoo(QuoteProvider):
    """The latest price of a company."""

    name, label = "yahoo", "Yahoo Finance"
    form = YahooForm
    fieldsets = (
        (None, {"fields": ("name", "requests_per_minute", "quote_scale_categories", "base_url", "is_enabled")}),
    )
    licence_note = _("Yahoo Finance の株価を使える範囲は、Yahoo の規約で確認してください。")
    comes_with_product = True
    quote_source = QuoteSource.YAHOO

    def open(
        self, source: DataSource, check_cancelled: CheckCancelled = never_cancelled, *, is_on_demand: bool = False
    ) -> AbstractContextManager[YahooClient]:
        """Raises `SourceError` for an unusable base URL."""
        return open_yahoo_client(source, check_cancelled, is_on_demand=is_on_demand)

    def probe(self, source: DataSource) -> str:
        """As patiently as one who waits for it."""
        with open_yahoo_client(source, is_on_demand=True) as client:
            client.probe()
        return gettext("接続できました。")

    def covers(self, code: str) -> bool:
        """Codes of 4 characters."""
        return find_symbol(code) is not None


PROVIDER = Yahoo()
