"""What feeds the chain of revisions, column by column: another value of each and what is named of it, or why it is not covered."""

from collections.abc import Iterator
from dataclasses import dataclass

Found = list[tuple[int, str]]
FACTS, HASH, WORDS, RAN_ON = "記録・取り下げした事実", "ハッシュ値", "ハッシュ値の対象", "続く"
LATER = "{column} + interval '1 microsecond'"
#: Facts: the row, who recorded it and who took it back, and each column with another value of it.
OF_FACTS: dict[str, tuple[str, list[int], dict[str, str]]] = {
    "official_dates": ("recorded_in = 9", [9, 10], {
        "code": "'1301'", "kind": "'listed'", "official_on": "official_on - 1", "reason": "'x'", "announced_on": "'2024-01-01'",
        "company_name": "'x'", "market": "'x'", "origin": "'x'",
    }),
    "company_identifiers": ("recorded_in = 11", [11, 12], {
        "company_code": "'1301'", "scheme": "'figi'", "value": "'x'", "validity": "'empty'", "origin": "'x'",
    }),
    "company_issuers": ("recorded_in = 6", [6, 7], {
        "company_code": "'1301'", "edinet_code": "'E00001'", "validity": "'[2024-02-28,)'", "name_kana": "'x'",
        "name_english": "'x'", "corporate_number": "'x'", "fiscal_year_end": "'x'",
    }),
    "confirmed_successions": ("recorded_in = 13", [13, 14], {"day": "day - 1", "kind": "'merger'"}),
    "successions": ("id > 0", [13, 14], {"predecessor": "'1301'", "successor": "'7201'"}),
    "snapshot_withdrawals": ("entry_id = 3", [5], {
        "reason": "'x'", "withdrawn_by": "'x'", "withdrawn_at": LATER,
    }),
    "issuer_list_withdrawals": ("issuer_list_id = 1", [7], {
        "reason": "'x'", "withdrawn_by": "'x'", "withdrawn_at": LATER,
    }),
    "company_versions": ("recorded_in = 15", [15], {
        "company_code": "'7777'", "validity": "'[2024-02-28,2024-03-29)'", "company_name": "'x'", "company_name_english": "'x'",
        "market_code": "'0112'", "sector17_code": "'1'", "sector33_code": "'0050'", "scale_category": "'-'", "margin_code": "'1'",
        "product_category": "'011'",
    }),
    "withdrawn_versions": ("withdrawn_in = 15", [15], {
        "company_code": "'7777'", "validity": "'empty'", "company_name": "'x'", "company_name_english": "'x'",
        "market_code": "'0112'", "sector17_code": "'1'", "sector33_code": "'0050'", "scale_category": "'-'", "margin_code": "'1'",
        "product_category": "'011'",
    }),
    "entry_holdings": ("held_from = 18", [18], {"entry_id": "2", "date_in_force": "'2024-02-28'"}),
}  # fmt: skip
#: Revisions and lists: each column with another value, and what is named.
OF_VALUES: dict[str, tuple[str, dict[str, tuple[str, Found]]]] = {
    "ledger_revisions": ("number = 2", {
        "kind": ("'kept'", [(2, "種別")]), "entry_id": ("1", [(2, "一覧の番号")]), "recorded_at": (LATER, [(2, "記録日時")]),
        "issuer_list_id": ("1", [(2, "EDINET コード一覧の番号")]), "day": ("day - 1", [(2, "時点")]),
        "number": ("1000", [(3, RAN_ON), (1000, RAN_ON), (1000, "番号")]),
        "chain": ("reverse(chain)", [(2, HASH)]), "link": ("replace(link, 'jpx', 'jqx')", [(2, WORDS)]),
    }),
    "listing_snapshots": ("id = 2", {
        "date_in_force": ("'2024-03-28'", [(2, "一覧の基準日")]), "source": ("'jquants'", [(2, "一覧のデータソース")]),
        "row_count": ("5", [(2, "一覧の件数")]), "sha256": ("reverse(sha256)", [(2, "一覧の内容の SHA-256")]),
        "run_id": ("gen_random_uuid()", [(2, "一覧の同期実行")]), "recorded_at": (LATER, [(2, "一覧の記録日時")]),
        "id": ("99", [(2, "一覧")]),
    }),
    "issuer_lists": ("id = 2", {
        "date_in_force": ("'2024-03-28'", [(8, "一覧の基準日")]), "row_count": ("5", [(8, "一覧の件数")]),
        "listed_count": ("5", [(8, "証券コードのある提出者の数")]), "sha256": ("reverse(sha256)", [(8, "一覧の内容の SHA-256")]),
        "run_id": ("gen_random_uuid()", [(8, "一覧の同期実行")]), "recorded_at": (LATER, [(8, "一覧の記録日時")]),
        "id": ("99", [(8, "一覧")]),
    }),
}  # fmt: skip
#: Which revision a fact is of, to which it moves.
MOVED: dict[str, dict[str, tuple[str, list[int]]]] = {
    "official_dates": {"recorded_in": ("8", [8, 9]), "withdrawn_in": ("11", [10, 11])},
    "company_identifiers": {"recorded_in": ("8", [8, 11]), "withdrawn_in": ("13", [12, 13])},
    "company_issuers": {"recorded_in": ("5", [5, 6]), "withdrawn_in": ("13", [7, 13])},
    "confirmed_successions": {"recorded_in": ("12", [12, 13]), "withdrawn_in": ("16", [14, 16])},
    "company_versions": {"recorded_in": ("14", [15])},
    "withdrawn_versions": {"withdrawn_in": ("16", [15])},
    "entry_holdings": {"held_from": ("17", [18])},
}
DERIVED = "derived from what is covered, and proven by replay"
ELSEWHERE = "to what the row belongs: what is told of that is covered, and named in a case of rows"
NO_FACT = "a number of the row's own, told of nowhere"
LAST_ONLY = "only the last decision is kept"
PROPOSAL = "what a rule proposes now, not what counted"
#: What is not covered, and why (docs/proofs.md).
NOT_COVERED = {
    "ledger_revisions": {"fingerprint": "of older releases: tells one line of revisions from another"},
    "listing_snapshots": {"rows": "covered by sha256, which the proof compares", "is_superseded": DERIVED},
    "issuer_lists": {"rows": "covered by sha256, which the proof compares", "is_superseded": DERIVED},
    "official_dates": {"id": NO_FACT},
    "company_identifiers": {"id": NO_FACT},
    "company_issuers": {"id": NO_FACT, "company_id": "who of us it belongs to now", "search_text": DERIVED},
    "confirmed_successions": {"id": NO_FACT, "succession_id": ELSEWHERE},
    "successions": {
        "id": ELSEWHERE, "day": PROPOSAL, "kind": PROPOSAL, "evidence": PROPOSAL, "confidence": PROPOSAL, "status": LAST_ONLY,
        "decided_by": LAST_ONLY, "decided_at": LAST_ONLY,
    },
    "snapshot_withdrawals": {"entry_id": ELSEWHERE},
    "issuer_list_withdrawals": {"issuer_list_id": ELSEWHERE},
    "company_versions": {"id": NO_FACT, "company_id": "who of us it belongs to now", "search_text": DERIVED},
    "withdrawn_versions": {"id": NO_FACT, "search_text": DERIVED, "recorded_in": DERIVED},
    "entry_holdings": {"id": NO_FACT, "held_until": DERIVED},
}  # fmt: skip
#: Tables that feed no revision.
FEED_NOTHING = {
    "issuers", "issuer_versions", "issuer_codes", "companies",  # derived from lists
    "accepted_differences", "provisional_lists", "history_checkpoints", "history_proofs",  # what became known later
    "quotes", "quote_gaps",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One value of one row."""

    table: str
    column: str
    where: str
    value: str
    found: Found

    @property
    def statement(self) -> str:
        return f"UPDATE {self.table} SET {self.column} = {self.value.format(column=self.column)} WHERE {self.where}"


def _cases() -> Iterator[Case]:
    for table, (where, of_revisions, values) in OF_FACTS.items():
        for column, value in values.items():
            yield Case(table, column, where, value, [(number, FACTS) for number in of_revisions])
        for column, (value, moved) in MOVED.get(table, {}).items():
            yield Case(table, column, where, value, [(number, FACTS) for number in moved])
    for table, (where, told) in OF_VALUES.items():
        for column, (value, found) in told.items():
            yield Case(table, column, where, value, found)


CASES = list(_cases())
