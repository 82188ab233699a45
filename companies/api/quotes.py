"""Quotes as answers tell them, and the list of companies with them: one query for the quotes of a page."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from companies.api.universe import Fields, Positions, Universe
from companies.choices import QuoteSource
from companies.models import Quote
from companies.quotes.kept_quotes import find_stale_reason
from companies.quotes.price_limits import LimitCheck


class EmbeddedQuoteAnswer(serializers.Serializer[Any]):
    """The latest price of a company."""

    price = serializers.FloatField()
    previous_close = serializers.FloatField(allow_null=True, help_text="前営業日の終値。null は不明")
    change = serializers.FloatField(allow_null=True, help_text="前日比")
    change_percent = serializers.FloatField(allow_null=True, help_text="前日比（%）")
    currency = serializers.CharField()
    market_time = serializers.DateTimeField(help_text="株価の時刻")
    source = serializers.ChoiceField(QuoteSource.choices)  # type: ignore[assignment] # a field of that name
    fetched_at = serializers.DateTimeField(help_text="取得した時刻")
    is_stale = serializers.BooleanField(help_text="更新の時期を過ぎているか、何営業日も前の株価")
    stale_reason = serializers.CharField(
        allow_null=True,
        help_text="is_stale の理由のコード。PRICE_TOO_OLD は 5 営業日より前の株価、NOT_REFRESHED は未更新、ほかは取得できなかった理由",
    )
    limit_check = serializers.ChoiceField(
        [check.value for check in LimitCheck],
        allow_null=True,
        help_text="前日比と取引所の制限値幅。within は範囲内、beyond_daily は通常の制限値幅を超える（拡大時にはありうる）、"
        "beyond_widened は 4 倍に拡大された制限値幅も超える（株式分割の未反映か誤りの可能性）。null は比較できない",
    )


def quote_row(quote: Quote, *, stale_reason: str | None) -> dict[str, Any]:
    """A quote as the API tells it; prices are JSON numbers."""
    return {
        "price": float(quote.price),
        "previous_close": _number(quote.previous_close),
        "change": _number(quote.change),
        "change_percent": _number(quote.change_percent),
        "currency": quote.currency,
        "market_time": timezone.localtime(quote.market_time).isoformat(),
        "source": quote.source,
        "fetched_at": timezone.localtime(quote.fetched_at).isoformat(),
        "is_stale": stale_reason is not None,
        "stale_reason": stale_reason,
        "limit_check": quote.limit_check,
    }


def join_with_quotes(universe: Universe, positions: Positions, now: datetime, fields: Fields | None = None) -> bytes:
    """The companies at these positions with `quote` at the end of each, as the inside of a JSON list."""
    codes = universe.codes(positions)
    quotes = _stored_quotes(codes, now)
    return b",".join(
        [
            b'%b,"quote":%b}' % (universe.join([position], fields)[:-1], quotes.get(code, b"null"))
            for position, code in zip(positions, codes, strict=True)
        ]
    )


def _stored_quotes(codes: Sequence[str], now: datetime) -> dict[str, bytes]:
    stored: Iterable[Quote] = Quote.objects.filter(company__code__in=codes).select_related("company")
    return {
        quote.company.code: json.dumps(quote_row(quote, stale_reason=find_stale_reason(quote, now))).encode()
        for quote in stored
    }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


#: As the schema shows it.
EXAMPLE = {
    "price": 2850.5, "previous_close": 2831.0, "change": 19.5, "change_percent": 0.69, "currency": "JPY",
    "market_time": "2026-11-20T15:30:00+09:00", "source": "yahoo", "fetched_at": "2026-11-20T16:00:02.345678+09:00",
    "is_stale": False, "stale_reason": None, "limit_check": "within",
}  # fmt: skip
