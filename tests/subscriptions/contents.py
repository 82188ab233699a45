"""Contents of messages, as the planner makes them."""

from typing import Any


def renamed(**fields: Any) -> dict[str, Any]:
    """That 7203 was renamed; `fields` are of the notice."""
    notice = {
        "kind": "renamed", "code": "7203", "company_name": "トヨタ自動車", "market_code": "0111", "date": "2024-03-29",
        "observed_after": "2024-02-29", "old_value": "トヨタ", "new_value": "トヨタ自動車", "is_gone": False, **fields,
    }  # fmt: skip
    return {
        "type": "listing_events", "revision": 2, "recorded_at": "2026-11-26T08:45:00+00:00", "source": "jpx",
        "date_in_force": "2024-03-29", "is_history": False, "epoch": "1", "part": 1, "parts": 1, "total": 1, "notices": [notice],
    }  # fmt: skip
