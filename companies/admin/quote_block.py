"""How quotes are shown in the admin: in words on the page of a company, in short in the list."""

from decimal import Decimal
from typing import Any

from companies.models import Company, Quote


def quote_block(company: Company, quote: Quote | None, *, is_stale: bool) -> dict[str, Any]:
    """What the part of the page shows; without a quote only that there is none yet."""
    return {
        "quote_company": company.pk,
        "quote": quote,
        "quote_price": price_text(quote.price) if quote else "",
        "quote_change": change_text(quote) if quote else "",
        "quote_is_stale": is_stale,
    }


def price_text(price: Decimal) -> str:
    """`2,050.5`: as many places as it has."""
    return f"{price.normalize():,f}"


def change_text(quote: Quote) -> str:
    """`+50.5 (+2.5%)`; empty where the previous close is not known."""
    if quote.change is None or quote.change_percent is None:
        return ""
    return f"{quote.change.normalize():+,f} ({quote.change_percent.normalize():+,f}%)"
