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
    "company_name_kana": "トヨタジドウシャ", "edinet_code": "E02144", "corporate_number": "1180301018771", "fiscal_year_end": "3月31日",
    "listed_on": "1949-05-16", "delisted_on": None, "delisting_reason": None, "isin": "JP3633400001", "figi": None, "lei": "5493006W3QUS5LMH6R84",
    "reference_date": "2026-11-20", "is_active": True, "first_seen_on": "2016-11-21", "last_seen_on": "2026-11-20", "updated_at": "2022-04-28T18:00:12.345678+09:00",
}  # fmt: skip
COMPANIES = {"companies": [COMPANY], "total": 1653, "limit": 1, "offset": 0}
QUERY = {"companies": [COMPANY], "total": 1, "not_found": ["9999"], "duplicates": []}
SEARCH = {"companies": [COMPANY], "total": 1, "query": "トヨタ自動車"}

EVENT = {
    "date": "2022-04-28", "observed_after": "2022-03-31", "official_on": None, "type": "market_changed", "code": "7203", "company_name": "トヨタ自動車", "market_code": "0111",
    "old_value": "0101", "new_value": "0111", "changes": {"market_code": ["0101", "0111"]}, "succeeded_by": None, "preceded_by": None,
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
_ISSUER_STATE = {
    "securities_code": "1375", "name": "株式会社雪国まいたけ", "name_english": "YUKIGUNI MAITAKE CO.,LTD.", "name_kana": "ユキグニマイタケ",
    "corporate_number": "1010001185037", "fiscal_year_end": "3月31日", "capital": 100000000, "address": "南魚沼市余川８９番地",
    "industry": "水産・農林業", "filer_type": "内国法人・組合",
}  # fmt: skip
_ISSUER = {**_ISSUER_STATE, "edinet_code": "E00007", "first_seen_on": "2018-08-09", "last_seen_on": "2026-08-11"}
ISSUERS = {"issuers": [_ISSUER], "total": 4711, "limit": 1, "offset": 0}
ISSUER = {
    **_ISSUER,
    "companies": [
        {
            "code": "1375",
            "company_name": "雪国まいたけ",
            "is_active": True,
            "valid_from": "2021-12-30",
            "valid_until": None,
        }
    ],
    "codes": [
        {"code": "1378", "valid_from": "2018-08-09", "valid_until": "2020-02-13"},
        {"code": "1375", "valid_from": "2023-10-31", "valid_until": None},
    ],
    "versions": [{**_ISSUER_STATE, "valid_from": "2023-10-31", "valid_until": None}],
}
FEED = {
    "revisions": [
        {
            "revision": 1342, "recorded_at": "2022-04-28T18:00:12.345678+09:00", "kind": "applied", "source": "jquants",
            "date_in_force": "2022-04-28", "day": "2022-04-28",
            "chain": "5f1c2d0f6a6b2d3c8e6f4a1b9d7c3e5f0a2b4c6d8e0f1a3b5c7d9e1f2a4b6c8d",
            "withdrawn": [{"code": "7203", "valid_from": "2016-11-21"}],
            "recorded": [
                {"code": "7203", "valid_from": "2016-11-21", "valid_until": "2022-04-28", **_STATE, "market_code": "0101"},
                {"code": "7203", "valid_from": "2022-04-28", "valid_until": None, **_STATE},
            ],
            "events": {"appeared": [EVENT], "disappeared": []}, "facts": {"withdrawn": [], "recorded": []}, "is_complete": True,
        }
    ],
    "next": "1342-9f86d081884c7d65", "newest": 2471, "epoch": "0c1a4d3e-2f0f-4b8e-9a39-5f7c2f1f6b0a",
}  # fmt: skip
LEDGER_LINK = {
    "revision": 1342, "chain": "5f1c2d0f6a6b2d3c8e6f4a1b9d7c3e5f0a2b4c6d8e0f1a3b5c7d9e1f2a4b6c8d",
    "link": '{"before":"1b4f0e9851971998e732078544c96b36c3d01cedf7caa332359d6f1d83567014","day":"2022-04-28","kind":"applied",'
    '"list":{"date_in_force":"2022-04-28","id":1340,"recorded_at":"2022-04-28T09:00:12.345678Z","row_count":4149,'
    '"run_id":"0c1a4d3e-2f0f-4b8e-9a39-5f7c2f1f6b0a","sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",'
    '"source":"jquants"},"number":1342,"recorded_at":"2022-04-28T09:00:12.345678Z"}',
}  # fmt: skip
LEDGER_CHAIN = {"links": [LEDGER_LINK], "next": 1342, "newest": 2471}
LEDGER_HEAD = {
    "revision": 2471, "chain": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    "recorded_at": "2026-11-20T18:00:12.345678+09:00", "newest": 2471,
}  # fmt: skip
SUCCESSION = {
    "predecessor": "8397", "successor": "7350", "date": "2021-10-29", "kind": "share_transfer", "confidence": 0.995, "status": "proposed",
    "evidence": {
        "rule": "gone_and_come", "candidates": 12,
        "before": {"code": "8397", "name": "沖縄銀行", "earliest": "2021-09-29", "latest": "2021-09-29", "is_official": True, "edinet_code": "E03603"},
        "after": {"code": "7350", "name": "おきなわフィナンシャルグループ", "earliest": "2021-10-01", "latest": "2021-10-29", "is_official": False, "edinet_code": "E36730"},
        "signals": [
            {"signal": "name", "factor": 22500.0, "likeness": "same", "before": "オキナワギンコウ", "after": "オキナワフィナンシャルグループ", "shared": "オキナワ"},
            {"signal": "sector", "factor": 42.3, "is_same": True, "before": "7050", "after": "7050"},
        ],
    },
}  # fmt: skip
SUCCESSIONS = {"successions": [SUCCESSION], "total": 72, "limit": 1, "offset": 0}
LINEAGE = {
    "code": "7350",
    "companies": [
        {"code": "7350", "company_name": "おきなわフィナンシャルグループ", "is_active": True, "first_seen_on": "2021-10-29", "last_seen_on": "2026-11-20"},
        {"code": "8397", "company_name": "沖縄銀行", "is_active": False, "first_seen_on": "2017-02-28", "last_seen_on": "2021-09-28"},
    ],
    "successions": [SUCCESSION],
}  # fmt: skip
SNAPSHOTS = {
    "snapshots": [
        {
            "id": 812, "date_in_force": "2026-11-20", "source": "jquants", "status": "holding", "row_count": 4452,
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "recorded_at": "2026-11-20T18:00:12.345678+09:00", "is_superseded": False, "superseded_by": None, "withdrawal": None,
            "is_provisional": False, "confirmed_at": "2026-11-20T08:15:02.345678+09:00",
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

_FILE_URL = "/api/v1/companies/export?market_code=0111&revision=1342&format="
MANIFEST = {
    "revision": 1342, "chain": LEDGER_LINK["chain"], "state": "1795746716401035.0", "known_at": None, "as_of": None, "filters": {"market_code": "0111"},
    "made_at": "2026-11-20T18:05:00.123456+09:00", "version": "0.9.2", "row_count": 1653,
    "content_sha256": "3f4ff3a61e85598263a5c16a43d5324d8e8681d04daaa83de5bcc6d2db9570e1",
    "files": [
        {
            "format": "ndjson", "url": f"{_FILE_URL}ndjson", "size_bytes": 1262892,
            "sha256": "3f4ff3a61e85598263a5c16a43d5324d8e8681d04daaa83de5bcc6d2db9570e1",
        },
        {"format": "parquet", "url": f"{_FILE_URL}parquet", "size_bytes": None, "sha256": None},
    ],
}  # fmt: skip
