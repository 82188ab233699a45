"""The toy as a provider."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django import forms
from unfold.widgets import UnfoldAdminPasswordWidget

from companies.choices import SnapshotSource
from datasources.forms import SourceForm
from datasources.models import DataSource
from datasources.providers import ListProvider
from datasources.waiting import CheckCancelled, never_cancelled
from tests.toy_provider.client import ToyClient


class ToyForm(SourceForm):
    """An account: where, with which token, how often."""

    secrets = ("api_key",)

    api_key = forms.CharField(label="合言葉", required=False, widget=UnfoldAdminPasswordWidget)

    class Meta(SourceForm.Meta):
        fields = ("name", "base_url", "requests_per_minute", "is_enabled")


class Toy(ListProvider):
    """Lists that count as little as those of JPX."""

    name, label = "toy", "おもちゃ取引所"
    form = ToyForm
    fieldsets = ((None, {"fields": ("name", "base_url", "requests_per_minute", "api_key", "is_enabled")}),)
    snapshot_source = SnapshotSource.JPX
    first_day = date(2020, 1, 6)

    @contextmanager
    def open(self, source: DataSource, check_cancelled: CheckCancelled = never_cancelled) -> Iterator[ToyClient]:
        """A client for the block."""
        client = ToyClient(source, check_cancelled)
        try:
            yield client
        finally:
            client.close()

    def probe(self, source: DataSource) -> str:
        """Ask for the newest list."""
        with self.open(source) as client:
            client.fetch_listing(None)
        return "おもちゃ取引所に接続できました。"


PROVIDER = Toy()
