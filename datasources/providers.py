"""What a provider can do: one class each, in its folder, which `DATA_PROVIDERS` names. Who must branch asks the provider.

A source (`DataSource`) is one account at a provider of lists or of quotes; files come in without one.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext

from companies.choices import QuoteSource, SnapshotSource
from companies.listed_issue import ListedIssue
from companies.quotes.kept_quotes import FetchedQuote
from datasources.choices import DayKind, NextDay
from datasources.errors import SourceError, SourceNotAsked
from datasources.forms import SourceForm
from datasources.list_notes import TellNote
from datasources.models import DataSource
from datasources.registered import registered
from datasources.waiting import CheckCancelled, never_cancelled

#: Sections of the admin's form: title and options.
Fieldsets = tuple[tuple[str | Promise | None, dict[str, Any]], ...]


@dataclass(frozen=True, slots=True)
class FetchedList:
    """One day's list of a service. `date_in_force` is the day the rows say, `None` where there are no rows. By `validators` it can be
    asked next time whether there is another; `warnings` are what could not be understood.
    """

    date_in_force: date | None
    issues: list[ListedIssue]
    validators: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def no_report(_rows: int) -> None:
    """For who is not watched."""


class ListClient(ABC):
    """One source's lists, while it is open. Every method raises `SourceError`."""

    @abstractmethod
    def fetch_listing(self, day: date | None, report: Callable[[int], None] = no_report) -> FetchedList:
        """The list asked for by `day` (in Japan; `None`: the latest). `report` is told the rows so far."""

    def fetch_newer(
        self, day: date | None, validators: Mapping[str, str], report: Callable[[int], None] = no_report
    ) -> FetchedList | None:
        """The same, or `None` where it is still the list that `validators` came with. Without such marks it is fetched in any case."""
        return self.fetch_listing(day, report)

    def fetch_calendar(self, first: date, last: date) -> dict[date, DayKind] | None:
        """The days that the source tells of, oldest first, each with what it is; `None` without a calendar."""
        return None

    def fetch_business_days(self, first: date, last: date) -> list[date] | None:
        """The business days from `first` to `last`, both included, oldest first; `None` without a calendar."""
        told = self.fetch_calendar(first, last)
        return None if told is None else [day for day, kind in told.items() if kind.is_business_day]

    def for_days(self, days: Sequence[date], tell: TellNote) -> "AbstractContextManager[ListClient]":
        """A client for the block in which those days will be asked for, oldest first; where a source has a quicker way to many of them,
        one that takes it and tells what came of that.
        """
        return nullcontext(self)


class QuoteClient(ABC):
    """One source's quotes, while it is open."""

    @abstractmethod
    def fetch_quote(self, code: str) -> FetchedQuote:
        """The latest price of a company. Raises `QuoteNotCovered` and other `SourceError`s."""


class Provider:
    """Who publishes data. By itself it stands for a source whose provider is registered no more: such a source can be looked
    at, switched off and deleted.
    """

    #: Beside the form: what it has, and under which conditions that may be used.
    contents_note: ClassVar[str | Promise] = ""
    licence_note: ClassVar[str | Promise] = ""
    #: In the database and the API: never changed.
    name: ClassVar[str] = ""
    label: ClassVar[str | Promise] = ""
    form: ClassVar[type[SourceForm]] = SourceForm
    fieldsets: ClassVar[Fieldsets] = ((None, {"fields": ("name", "is_enabled")}),)
    has_lists: ClassVar[bool] = False
    #: Its lists are of every business day, and can be asked for by day, of the past too.
    has_every_day: ClassVar[bool] = False
    has_quotes: ClassVar[bool] = False
    has_issuers: ClassVar[bool] = False
    #: Its accounts have an API version and a plan (`ApiVersion`, `Plan`).
    has_plans: ClassVar[bool] = False
    #: Its one source is there from the start, switched off; nobody adds or deletes one.
    comes_with_product: ClassVar[bool] = False
    #: What a source is made from at first start, the one that is needed first.
    environment_variables: ClassVar[tuple[str, ...]] = ()

    def probe(self, source: DataSource) -> str:
        """Ask the source for one issue; how well it went, in words. Raises `SourceError`."""
        raise SourceNotAsked("NO_CONNECTION_CHECK", gettext("この提供元の接続テストはありません。"))

    def request_limit(self, source: DataSource) -> int | None:
        """Requests a minute; `None` without a limit."""
        return source.requests_per_minute

    def describe_version(self, source: DataSource) -> str:
        """For the list of sources."""
        return "―"

    def describe_limit(self, source: DataSource) -> str:
        """For the list of sources."""
        limit = self.request_limit(source)
        return gettext("制限なし") if limit is None else gettext("毎分 {limit:,} 回").format(limit=limit)

    def ensure_source_from_environment(self) -> DataSource | None:
        """A source that the environment describes, if it was made just now; once there, it is the operator's. Raises
        `ImproperlyConfigured`.
        """
        return None


class ListProvider(Provider, ABC):
    """A service that has lists."""

    has_lists = True
    has_every_day = True
    #: What its lists count as in the ledger.
    snapshot_source: ClassVar[SnapshotSource]
    #: The oldest list it ever had.
    first_day: ClassVar[date]
    #: Up to when (in Japan, on the day itself) it may give other rows for a day than before; `None`: what it gave stands.
    revised_until: ClassVar[time | None] = None
    #: Where it has not every day but one list a month, in place of the one before: the business day of the next month that it is out on.
    out_on_business_day: ClassVar[int] = 1

    @abstractmethod
    def open(
        self, source: DataSource, check_cancelled: CheckCancelled = never_cancelled
    ) -> AbstractContextManager[ListClient]:
        """A client for the block; `check_cancelled` may end it by raising. Raises `SourceError`."""

    def oldest_day(self, source: DataSource, *, today: date) -> date:
        """The first day that the account shows."""
        return self.first_day

    def newest_day(self, source: DataSource, *, today: date) -> date:
        """The last day that the account shows."""
        return today

    def shows_next_day(self, source: DataSource) -> NextDay:
        """Whether the account shows the list of the next business day the evening before, at the time of the schedule for it."""
        return NextDay.NEVER

    def renew_tokens(self, source: DataSource, *, within: timedelta) -> None:
        """Every hour: renew what ends `within` that time. Raises `SourceError`."""
        return


class QuoteProvider(Provider, ABC):
    """A service that has quotes."""

    has_quotes = True
    quote_source: ClassVar[QuoteSource]

    @abstractmethod
    def open(
        self, source: DataSource, check_cancelled: CheckCancelled = never_cancelled, *, is_on_demand: bool = False
    ) -> AbstractContextManager[QuoteClient]:
        """A client for the block. On demand it asks once, waits for nobody, and gives up soon. Raises `SourceError`."""

    @abstractmethod
    def covers(self, code: str) -> bool:
        """Whether it can have a quote for the code at all."""


def all_providers() -> Mapping[str, Provider]:
    """By name."""
    return registered()


def names_of(kind: type[Provider]) -> list[str]:
    """Of the providers of that kind."""
    return [name for name, provider in all_providers().items() if isinstance(provider, kind)]


def labels_of(kind: type[Provider]) -> str:
    """Of the providers of that kind, for a sentence."""
    return gettext("、").join(str(all_providers()[name].label) for name in names_of(kind))


def addable_providers() -> list[Provider]:
    """Those at which people enter accounts."""
    asked = [p for p in all_providers().values() if p.has_lists or p.has_quotes or p.has_issuers]
    return [p for p in asked if not p.comes_with_product]


def provider_of(source: DataSource) -> Provider:
    """The provider of a source."""
    return all_providers().get(source.provider) or Provider()


def list_provider_of(source: DataSource) -> ListProvider:
    """The provider of a source of lists. Raises `SourceError` for another source."""
    provider = provider_of(source)
    if not isinstance(provider, ListProvider):
        raise SourceError(
            "NO_LISTS", gettext("データソース「{name}」には銘柄の一覧がありません。").format(name=source.name)
        )
    return provider


def quote_provider_of(source: DataSource) -> QuoteProvider:
    """The provider of a source of quotes. Raises `SourceError` for another source."""
    provider = provider_of(source)
    if not isinstance(provider, QuoteProvider):
        raise SourceError("NO_QUOTES", gettext("データソース「{name}」には株価がありません。").format(name=source.name))
    return provider


def oldest_first_day() -> date:
    """The oldest day that can be asked for."""
    providers = [one for one in all_providers().values() if isinstance(one, ListProvider)]
    return min(provider.first_day for provider in providers if provider.has_every_day)
