"""Valid things by default; a test names only what it is about."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from companies.choices import QuoteSource
from companies.listed_issue import ListedIssue
from companies.quotes.kept_quotes import FetchedQuote, record_quotes
from datasources.choices import Plan
from datasources.credentials import Credentials, store_credentials
from datasources.models import DataSource
from tests.fakes.edinet import FakeEdinet
from tests.fakes.jpx import FakeJpx
from tests.fakes.jquants import API_KEY, MAIL_ADDRESS, PASSWORD, FakeJquants
from tests.fakes.yahoo import MARKET_TIME, FakeYahoo


def make_issue(code: str = "7203", **fields: Any) -> ListedIssue:
    """A listed issue, Toyota unless told otherwise."""
    values: dict[str, Any] = {
        "company_name": f"会社{code}",
        "market_code": "0111",
        "sector17_code": "6",
        "sector33_code": "3700",
        "scale_category": "TOPIX Core30",
    }
    return ListedIssue(code=code, **{**values, **fields})


def make_list(codes: Iterable[str], **fields: Any) -> list[ListedIssue]:
    """A list of issues that differ only in their codes and names."""
    return [make_issue(code, **fields) for code in codes]


def make_codes(count: int, *, first: int = 1301) -> list[str]:
    """`count` different securities codes."""
    return [str(first + step) for step in range(count)]


def make_source(fake: FakeJquants, version: str = "v2", **fields: Any) -> DataSource:
    """A source at the fake with credentials that are right."""
    values: dict[str, Any] = {"name": f"J-Quants {version}", "plan": Plan.UNLIMITED, "base_url": fake.url(version)}
    source = DataSource.objects.create(api_version=version, **{**values, **fields})
    store_credentials(source, Credentials(API_KEY) if version == "v2" else Credentials("", MAIL_ADDRESS, PASSWORD))
    return source


def make_yahoo_source(fake: FakeYahoo, **fields: Any) -> DataSource:
    """The source of quotes, enabled, at the fake and without a limit."""
    values: dict[str, Any] = {"name": "Yahoo Finance", "base_url": fake.address(), "requests_per_minute": None}
    found, _ = DataSource.objects.update_or_create(provider="yahoo", defaults={**values, "is_enabled": True, **fields})
    return found


def make_issuer_source(fake: FakeEdinet, **fields: Any) -> DataSource:
    """The source of issuers, enabled, at the fake and without a limit."""
    values: dict[str, Any] = {"name": "EDINET", "base_url": fake.base_url(), "requests_per_minute": None}
    found, _ = DataSource.objects.update_or_create(provider="edinet", defaults={**values, "is_enabled": True, **fields})
    return found


def make_monthly_source(fake: FakeJpx, **fields: Any) -> DataSource:
    """The source of the monthly list, enabled, at the fake and without a limit."""
    values: dict[str, Any] = {"name": "JPX", "base_url": fake.base_url(), "requests_per_minute": None}
    found, _ = DataSource.objects.update_or_create(provider="jpx", defaults={**values, "is_enabled": True, **fields})
    return found


def store_quote(code: str = "7203", *, days_old: int = 0) -> None:
    """A quote of a company that is there, fetched so many days ago."""
    quote = FetchedQuote(code, Decimal("2050.5"), Decimal(2000), "JPY", MARKET_TIME)
    record_quotes([quote], QuoteSource.YAHOO, fetched_at=timezone.now() - timedelta(days=days_old))
