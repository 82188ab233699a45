"""Answers as the schema shows them."""

from typing import Any

from django.conf import settings

from companies.choices import SnapshotSource

_MADE = "2026-11-26T09:00:00.123456Z"
_AT = "2026-11-26T09:15:03.482119Z"

DESTINATION: dict[str, Any] = {
    "id": 12, "name": "社内システム", "channel": "webhook", "language": settings.LANGUAGE_CODE, "address": "https://hooks.example.com/…", "status": "active",
    "status_reason": "", "status_message": "", "status_changed_at": _MADE, "waiting": 0, "failures": 0, "failing_since": None,
    "next_attempt_at": _AT, "last_delivered_at": _AT, "created_at": _MADE,
}  # fmt: skip
MADE_DESTINATION = {
    **DESTINATION, "last_delivered_at": None, "secret": "whsec_" + "EXAMPLE+" * 5 + "EXA=", "feed_url": None,
}  # fmt: skip
MAIL_DESTINATION = {**DESTINATION, "channel": "mail", "address": "s…@example.com"}
DESTINATIONS = {"destinations": [DESTINATION], "total": 1, "limit": 100, "offset": 0}
SECRET = {"secret": MADE_DESTINATION["secret"], "previous_until": "2026-11-27T09:00:00.123456Z"}
FEED_ADDRESS = {"feed_url": "https://meigara.example.com/feeds/mgf_EXAMPLE.atom"}

ATTEMPT = {"at": _AT, "duration_ms": 84, "status_code": 204, "error_code": "", "answer_start": ""}
DELIVERY: dict[str, Any] = {
    "id": 4711, "webhook_id": "msg_2f6d1c0e9b7a4f0b8a55", "destination": 12, "subscription": 3, "type": "listing_events", "revision": 1204,
    "notices": 1, "status": "delivered", "is_repeat": False, "attempts": 1, "created_at": _AT, "ended_at": _AT, "last_attempt": ATTEMPT,
}  # fmt: skip
SKIPPED_DELIVERY = {**DELIVERY, "status": "skipped", "attempts": 0, "last_attempt": None}
DELIVERIES = {"deliveries": [DELIVERY], "next": None}
DELIVERY_DETAIL = {
    **DELIVERY,
    "content": {
        "type": "listing_events", "revision": 1204, "recorded_at": _AT, "source": SnapshotSource.values[0], "date_in_force": "2026-11-26",
        "is_history": False, "part": 1, "parts": 1, "total": 1,
        "notices": [
            {
                "kind": "renamed", "code": "1301", "company_name": "極洋ホールディングス", "market_code": "0111", "date": "2026-11-26",
                "observed_after": "2026-11-25", "old_value": "極洋", "new_value": "極洋ホールディングス", "is_gone": False,
            }
        ],
    },
    "attempted": [ATTEMPT],
}  # fmt: skip
REPLAY = {"deliveries": 18}

SUBSCRIPTION: dict[str, Any] = {
    "id": 3, "name": "ウォッチ中の変化", "destination": 12, "kinds": ["renamed", "delisted", "market_changed"], "watch_list": 5,
    "saved_view": None, "market_codes": [], "includes_history": False, "timing": "at_once", "digest_time": None, "next_digest_at": None,
    "is_active": True, "inactive_reason": "", "inactive_message": "", "created_at": _MADE,
}  # fmt: skip
SUBSCRIPTIONS = {"subscriptions": [SUBSCRIPTION], "total": 1, "limit": 100, "offset": 0}

_LIST = {"id": 5, "name": "マイ銘柄", "company_count": 2, "created_at": _MADE}
WATCH_LIST = {**_LIST, "codes": ["1301", "7203"]}
WATCH_LISTS = {"watch_lists": [_LIST], "total": 1, "limit": 100, "offset": 0}
SAVED_VIEWS = {
    "saved_views": [
        {
            "id": 8, "name": "プライムの化学", "page": "companies_company", "query": "market__code__exact=0111&sector33__code__exact=3200",
            "is_shared": False, "is_own": True, "created_at": _MADE,
        }
    ],
    "total": 1, "limit": 100, "offset": 0,
}  # fmt: skip
