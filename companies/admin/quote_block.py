"""How quotes are shown in the admin: in words on the page of a company, in short in the list."""

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from companies.models import Company, Quote
from companies.quotes.kept_quotes import explain_old_price
from companies.quotes.price_limits import LimitCheck, daily_limit
from companies.quotes.trading_hours import is_too_old


def quote_block(company: Company, quote: Quote | None, *, is_stale: bool) -> dict[str, Any]:
    """What the part of the page shows; without a quote only that there is none yet."""
    return {
        "quote_company": company.pk,
        "quote": quote,
        "quote_price": price_text(quote.price) if quote else "",
        "quote_change": change_text(quote) if quote else "",
        "quote_is_stale": is_stale,
        "quote_old": explain_old_price(quote) if quote and is_too_old(quote.market_time, timezone.now()) else "",
        "quote_doubt": explain_jump(quote) if quote else "",
    }


def explain_jump(quote: Quote) -> str:
    """What to think of a change that is larger than the exchange lets a usual day have; empty for others."""
    if quote.previous_close is None or quote.limit_check in (None, LimitCheck.WITHIN):
        return ""
    limit = daily_limit(quote.previous_close)
    if quote.limit_check == LimitCheck.BEYOND_DAILY:
        return gettext(
            "前日比が通常の制限値幅（±{limit:,} 円）を超えています。制限値幅の拡大、新規上場、または誤った株価が考えられます。"
        ).format(limit=limit)
    return gettext(
        "前日比が、4 倍に拡大された制限値幅（±{limit:,} 円）も超えています。株式分割・併合の未反映か、誤った株価が考えられます。"
    ).format(limit=limit * 4)


def price_text(price: Decimal) -> str:
    """`2,050.5`: as many places as it has."""
    return f"{price.normalize():,f}"


def change_text(quote: Quote) -> str:
    """`+50.5 (+2.5%)`; empty where the previous close is not known."""
    if quote.change is None or quote.change_percent is None:
        return ""
    mark = "" if quote.limit_check in (None, LimitCheck.WITHIN) else gettext("（制限値幅超）")
    return f"{quote.change.normalize():+,f} ({quote.change_percent.normalize():+,f}%){mark}"
