"""What the product wants of Yahoo Finance: the latest price of a company."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import timezone

from companies.quotes.kept_quotes import FetchedQuote
from datasources.errors import QuoteNotCovered
from datasources.models import DataSource
from datasources.providers import QuoteClient
from datasources.waiting import CheckCancelled, never_cancelled
from datasources.yahoo.chart import is_unknown_symbol, read_quote
from datasources.yahoo.symbol import find_symbol
from datasources.yahoo.transport import Manners, YahooTransport

_NAME = "Yahoo Finance"
# The exchange's operator: listed for as long as its market exists.
_PROBE_CODE = "8697"
_OF_A_RUN = Manners(turn_seconds=3600, store_seconds=30, pause_after_fault_seconds=0)
# Somebody waits for the answer.
_ON_DEMAND = Manners(turn_seconds=1, store_seconds=0, pause_after_fault_seconds=30)


class YahooClient(QuoteClient):
    """One source's quotes."""

    def __init__(self, transport: YahooTransport) -> None:
        self._transport = transport

    def fetch_quote(self, code: str) -> FetchedQuote:
        """The latest price of a company. Raises `QuoteNotCovered` and other `SourceError`s."""
        symbol = find_symbol(code)
        if symbol is None:
            raise QuoteNotCovered(code, _NAME)
        answer = self._transport.get_chart(symbol)
        if is_unknown_symbol(answer):
            raise QuoteNotCovered(code, _NAME)
        return read_quote(answer, code=code, symbol=symbol, now=timezone.now())

    def probe(self) -> None:
        """Ask for one issue, to see whether the source answers at all. Raises `SourceError`."""
        self.fetch_quote(_PROBE_CODE)


@contextmanager
def open_yahoo_client(
    source: DataSource, check_cancelled: CheckCancelled = never_cancelled, *, is_on_demand: bool = False
) -> Iterator[YahooClient]:
    """A client for the block; its connections are given back afterwards. `check_cancelled` may end it by raising.

    On demand it asks once, waits for nobody, and gives up soon. Raises `SourceError` for an unusable base URL.
    """
    transport = YahooTransport(
        source,
        patience=settings.YAHOO_REQUESTS_ON_DEMAND if is_on_demand else settings.YAHOO_REQUESTS,
        manners=_ON_DEMAND if is_on_demand else _OF_A_RUN,
        check_cancelled=check_cancelled,
    )
    try:
        yield YahooClient(transport)
    finally:
        transport.close()
