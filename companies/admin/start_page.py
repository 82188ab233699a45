"""What the admin's first page says of companies: how many, where, since when, and what happened last."""

from typing import Any

from django.core.cache import cache
from django.utils.translation import get_language, gettext

from api.generations import read_generations
from companies.admin.curve import draw_curve
from companies.admin.file_conditions import find_pending_list
from companies.apps import COMPANIES
from companies.events.wording import EventWording
from companies.listing_statistics import (
    count_by_market,
    count_by_quarter,
    count_by_scale,
    count_by_sector17,
    count_over_time,
    list_latest_events,
)
from companies.models import ListingSnapshot

_SHOWN_EVENTS = 12
_CURVE_POINTS = 240
_KEPT_SECONDS = 86_400


def company_figures() -> dict[str, Any]:
    """The figures of the ledger; without a list only that there is none. Counted once for a generation and language."""
    key = f"start-page:{get_language()}:{read_generations().of(COMPANIES)}"
    figures: dict[str, Any] | None = cache.get(key)
    if figures is None:
        figures = _count()
        cache.set(key, figures, _KEPT_SECONDS)
    return figures


def _count() -> dict[str, Any]:
    holding = ListingSnapshot.objects.come().defer("rows").order_by("date_in_force")
    newest, markets = holding.last(), count_by_market()
    figures: dict[str, Any] = {"newest_entry": newest, "listed_count": sum(market.count for market in markets)}
    figures["pending_entry"] = find_pending_list()
    if newest is None:
        return figures
    wording = EventWording()
    return {
        **figures,
        "first_entry": holding.first(),
        "breakdowns": [
            ("market", gettext("市場区分"), markets),
            ("sector17", gettext("17業種"), count_by_sector17()),
            ("scale", gettext("規模区分"), count_by_scale()),
        ],
        "curve": draw_curve(count_over_time(_CURVE_POINTS)),
        "quarters": count_by_quarter(newest.date_in_force),
        "latest_events": [
            (event, wording.name(event.event_type, event.old_value), wording.name(event.event_type, event.new_value))
            for event in list_latest_events(newest.date_in_force, _SHOWN_EVENTS)
        ],
    }
