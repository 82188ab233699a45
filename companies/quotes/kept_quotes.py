"""Quotes of companies: what a source says of one, keeping it, and reading it again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext

from companies.choices import QuoteSource
from companies.models import Company
from companies.quotes.models import Quote, QuoteGap
from companies.quotes.trading_hours import OLD_AFTER_WEEKDAYS, is_fresh, is_too_old

#: A company that the source does not have is asked for again after so long.
GAP_HOLDS_FOR = timedelta(days=1)
#: Reasons of a stale quote that are none of the source's errors.
PRICE_TOO_OLD, NOT_REFRESHED = "PRICE_TOO_OLD", "NOT_REFRESHED"
_WRITTEN = ("price", "previous_close", "currency", "market_time", "source", "fetched_at")


@dataclass(frozen=True, slots=True)
class FetchedQuote:
    """What a source says of one company's price. `code` is the securities code as stored, prices are positive."""

    code: str
    price: Decimal
    previous_close: Decimal | None
    currency: str
    market_time: datetime


def record_quotes(quotes: Sequence[FetchedQuote], source: QuoteSource, *, fetched_at: datetime) -> int:
    """Keep quotes in place of older ones, in three statements. Returns how many; codes of no company are left out."""
    companies = _ids_of(quote.code for quote in quotes)
    rows = [
        Quote(
            company_id=companies[quote.code], price=quote.price, previous_close=quote.previous_close,
            currency=quote.currency, market_time=quote.market_time, source=source, fetched_at=fetched_at,
        )
        for quote in quotes if quote.code in companies
    ]  # fmt: skip
    Quote.objects.bulk_create(rows, update_conflicts=True, unique_fields=["company"], update_fields=_WRITTEN)
    QuoteGap.objects.filter(company__in=[row.company_id for row in rows]).delete()
    return len(rows)


def record_gaps(codes: Iterable[str], *, noticed_at: datetime) -> None:
    """Remember which companies the source does not have."""
    gaps = [QuoteGap(company_id=company, noticed_at=noticed_at) for company in _ids_of(codes).values()]
    QuoteGap.objects.bulk_create(
        gaps, update_conflicts=True, unique_fields=["company"], update_fields=["noticed_at"]
    )  # fmt: skip


def is_known_gap(noticed_at: datetime | None, now: datetime) -> bool:
    """Whether a company need not be asked for, because it was missing a short while ago."""
    return noticed_at is not None and now - noticed_at < GAP_HOLDS_FOR


def find_stale_reason(quote: Quote, now: datetime) -> str | None:
    """Why a stored quote says little of the present: its price is of long ago, or it should have been fetched again."""
    if is_too_old(quote.market_time, now):
        return PRICE_TOO_OLD
    return None if is_fresh(quote.fetched_at, now) else NOT_REFRESHED


def explain_old_price(quote: Quote) -> str:
    return gettext(
        "最後の取引から {days} 営業日を超えています（{day} の株価）。売買停止、上場廃止、または提供元の更新停止が考えられます。"
    ).format(days=OLD_AFTER_WEEKDAYS, day=timezone.localtime(quote.market_time).date())


def _ids_of(codes: Iterable[str]) -> dict[str, int]:
    return dict(Company.objects.filter(code__in=list(codes)).values_list("code", "pk"))
