"""What the admin's first page says: how many issues are listed, since which list, and what happened last."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest

from companies.event_wording import EventWording
from companies.models import Company, ListingEvent, ListingSnapshot

_SHOWN_EVENTS = 12


def start_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The admin theme's callback: adds what `templates/admin/index.html` shows to those who may see companies."""
    if not request.user.has_perm("companies.view_company"):
        return context
    holding = ListingSnapshot.objects.holding().defer("rows").order_by("date_in_force")
    wording = EventWording()
    events = ListingEvent.objects.select_related("company")[:_SHOWN_EVENTS]
    by_market = (
        Company.objects.active()
        .order_by("market__display_order")
        .values_list("market__code", "market__name")
        .annotate(count=Count("id"))
    )
    return {
        **context,
        "first_entry": holding.first(),
        "newest_entry": holding.last(),
        "markets": [(code or "", name or "区分なし", count) for code, name, count in by_market],
        "listed_count": sum(count for _, _, count in by_market),
        "latest_events": [
            (event, wording.name(event.event_type, event.old_value), wording.name(event.event_type, event.new_value))
            for event in events
        ],
    }
