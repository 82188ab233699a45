"""What the product wants of J-Quants: a day's list, and which days are business days."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from datasources.choices import ApiVersion, DayKind
from datasources.credentials import find_credentials
from datasources.errors import SourceError
from datasources.jquants.asked_dates import refuse_other_days
from datasources.jquants.authentication import Authentication, TokenAuthentication, authentication_for
from datasources.jquants.bulk_days import BulkDays
from datasources.jquants.calendar import read_calendar
from datasources.jquants.listing import read_listing
from datasources.jquants.pagination import collect_pages
from datasources.jquants.plans import takes_bulk_files
from datasources.jquants.transport import Transport
from datasources.list_notes import FileNotUsable, TellNote
from datasources.models import DataSource
from datasources.providers import FetchedList, ListClient, no_report
from datasources.waiting import CheckCancelled, never_cancelled

#: Path and name of the rows of each endpoint.
_LISTING = {ApiVersion.V2: ("/equities/master", "data"), ApiVersion.V1: ("/listed/info", "info")}
_CALENDAR = {
    ApiVersion.V2: ("/markets/calendar", "data"),
    ApiVersion.V1: ("/markets/trading_calendar", "trading_calendar"),
}
# The exchange's operator: listed for as long as J-Quants exists.
_PROBE_CODE = "86970"


class JquantsClient(ListClient):
    """One source's data. Every method raises `SourceError`."""

    def __init__(
        self,
        source: DataSource,
        transport: Transport,
        authentication: Authentication,
        check_cancelled: CheckCancelled = never_cancelled,
    ) -> None:
        self._version, self._plan = ApiVersion(source.api_version), source.plan
        self._takes_bulk_files, self._check_cancelled = takes_bulk_files(source), check_cancelled
        self._transport = transport
        self._authentication = authentication

    def fetch_listing(self, day: date | None, report: Callable[[int], None] = no_report) -> FetchedList:
        """The list asked for by `day` (in Japan; `None`: the latest). The rows say which day it is in force; one that
        cannot be the answer to `day` is refused.

        `report` is told the number of rows after each page.
        """
        path, rows_name = _LISTING[self._version]
        query = {"date": day.isoformat()} if day else {}
        rows = self._collect(path, rows_name, query, report)
        listing = read_listing(rows, self._version, today=timezone.localdate())
        refuse_other_days(listing.date_in_force, day, today=timezone.localdate(), plan=self._plan)
        return listing

    def fetch_calendar(self, first: date, last: date) -> dict[date, DayKind]:
        """The days from `first` to `last` that the source tells of, each with what it is."""
        path, rows_name = _CALENDAR[self._version]
        rows = self._collect(path, rows_name, {"from": first.isoformat(), "to": last.isoformat()}, no_report)
        told = read_calendar(rows, self._version)
        return {day: kind for day, kind in sorted(told.items()) if first <= day <= last}

    @contextmanager
    def for_days(self, days: Sequence[date], tell: TellNote) -> Iterator[ListClient]:
        """With the help of bulk files where the source is set to take them."""
        if not self._takes_bulk_files:
            yield self
            return
        files = BulkDays(self, days, tell, self._check_cancelled)
        try:
            yield files
        finally:
            files.tell_sums()

    def list_bulk_files(self) -> list[dict[str, Any]]:
        """The files of lists that the plan gives, as they are told."""
        return self._collect("/bulk/list", "data", {"endpoint": "/equities/master"}, no_report)

    def find_bulk_url(self, key: str) -> str:
        """Where a file can be had for five minutes; a secret from here on."""
        url = self._get("/bulk/get", {"key": key}).get("url")
        if not isinstance(url, str) or not url:
            raise FileNotUsable("NO_URL")
        self._transport.keep_secret(url)
        return url

    def probe(self) -> None:
        """Ask for one issue, to see whether the source answers at all."""
        path, rows_name = _LISTING[self._version]
        rows = self._collect(path, rows_name, {"code": _PROBE_CODE}, no_report)
        read_listing(rows, self._version, today=timezone.localdate())

    def renew_tokens(self, *, within: timedelta) -> bool:
        """Renew V1's ID token if it ends `within` that time; whether it was. V2 has nothing to renew."""
        if isinstance(self._authentication, TokenAuthentication):
            return self._authentication.renew_before_expiry(within=within)
        return False

    def _collect(
        self, path: str, rows_name: str, query: Mapping[str, str], report: Callable[[int], None]
    ) -> list[dict[str, Any]]:
        def fetch_page(key: str | None) -> dict[str, Any]:
            return self._get(path, {**query, **({"pagination_key": key} if key else {})})

        return collect_pages(fetch_page, rows_name, report)

    def _get(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        headers = self._authentication.headers()
        try:
            return self._transport.request("GET", path, query=query, headers=headers)
        except SourceError as error:
            if error.status != 401 or not self._authentication.renew(headers):
                raise
        return self._transport.request("GET", path, query=query, headers=self._authentication.headers())


@contextmanager
def open_client(source: DataSource, check_cancelled: CheckCancelled = never_cancelled) -> Iterator[JquantsClient]:
    """A client for the block; its connections are given back afterwards. `check_cancelled` may end it by raising.

    Raises `SourceError` where credentials are missing or unreadable, or the base URL may not be used.
    """
    secrets = find_credentials(source).secrets()
    transport = Transport(source, secrets=secrets, check_cancelled=check_cancelled)
    try:
        yield JquantsClient(source, transport, authentication_for(source, transport), check_cancelled)
    finally:
        transport.close()
