"""Examples of the answers, for the schema."""

from companies.listed_issue import LEDGER_FIELDS

COMPANY = {
    "code": "7203", "jquants_code": "72030",
    **{
        name: value
        for field in LEDGER_FIELDS
        for name, value in ((field.name, field.example), (field.told_name, field.example_name))
        if name
    },
    "reference_date": "2026-11-20", "is_active": True, "first_seen_on": "2016-11-21", "last_seen_on": "2026-11-20", "updated_at": "2022-04-28T18:00:12.345678+09:00",
}  # fmt: skip
COMPANIES = {"companies": [COMPANY], "total": 1653, "limit": 1, "offset": 0}
SEARCH = {"companies": [COMPANY], "total": 1, "query": "トヨタ自動車"}

EVENT = {
    "date": "2022-04-28", "observed_after": "2022-03-31", "official_on": None, "type": "market_changed", "code": "7203", "company_name": "トヨタ自動車", "market_code": "0111",
    "old_value": "0101", "new_value": "0111", "changes": {"market_code": ["0101", "0111"]},
}  # fmt: skip
EVENTS = {"events": [EVENT], "total": 3764, "uncertain": 0, "uncertain_after": 0, "limit": 1, "offset": 0}

_LEARNT = {"recorded_in": 1342, "recorded_at": "2022-04-28T18:00:12.345678+09:00"}
_STATE = {field.name: field.example for field in LEDGER_FIELDS}
HISTORY = {
    "code": "7203",
    "company_name": "トヨタ自動車",
    "versions": [
        {"valid_from": "2016-11-21", "valid_until": "2022-04-28", **_STATE, "market_code": "0101", **_LEARNT},
        {"valid_from": "2022-04-28", "valid_until": None, **_STATE, **_LEARNT},
    ],
    "events": [EVENT],
}
FEED = {
    "revisions": [
        {
            "revision": 1342, "recorded_at": "2022-04-28T18:00:12.345678+09:00", "kind": "applied", "source": "jquants",
            "date_in_force": "2022-04-28", "withdrawn": [{"code": "7203", "valid_from": "2016-11-21"}],
            "recorded": [
                {"code": "7203", "valid_from": "2016-11-21", "valid_until": "2022-04-28", **_STATE, "market_code": "0101"},
                {"code": "7203", "valid_from": "2022-04-28", "valid_until": None, **_STATE},
            ],
            "events": {"appeared": [EVENT], "disappeared": []}, "is_complete": True,
        }
    ],
    "next": "1342-9f86d081884c7d65", "newest": 2471, "epoch": "0c1a4d3e-2f0f-4b8e-9a39-5f7c2f1f6b0a",
}  # fmt: skip
SNAPSHOTS = {
    "snapshots": [
        {
            "id": 812, "date_in_force": "2026-11-20", "source": "jquants", "status": "holding", "row_count": 4452,
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "recorded_at": "2026-11-20T18:00:12.345678+09:00", "is_superseded": False, "superseded_by": None, "withdrawal": None,
        }
    ],
    "total": 812, "limit": 1, "offset": 0,
}  # fmt: skip
CHANGES = {
    "from": "2022-03-31", "to": "2022-04-28", "total": 1, "limit": 100, "offset": 0,
    "changes": [
        {
            "code": "7203", "company_name": "トヨタ自動車", "type": "changed",
            "changes": {"market_code": ["0101", "0111"]},
        }
    ],
}  # fmt: skip
ANNOUNCEMENTS = {
    "announcements": [
        {
            "code": "1234", "kind": "delisted", "official_on": "2026-12-24", "reason": "完全子会社化", "announced_on": None,
            "company_name": "見本商事", "market": "スタンダード", "origin": "JPX", "recorded_in": 2471,
            "recorded_at": "2026-11-20T18:00:12.345678+09:00",
        }
    ],
    "total": 14, "limit": 1, "offset": 0,
}  # fmt: skip
