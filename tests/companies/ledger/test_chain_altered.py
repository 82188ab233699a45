"""Each value that feeds a revision, altered by itself: the chain names that revision and that value, and nothing else.

A column that is added to one of these tables belongs to one of the two lists: what is covered, or what is not and why.
"""

import re
from collections.abc import Iterator, Sequence

import pytest
from django.apps import apps
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from companies.ledger.chain import find_head
from companies.ledger.chain_proof import Head, prove_chain
from companies.ledger.history_proof import prove_history, rebuild_history
from tests.companies.ledger.chain_columns import (
    CASES,
    ELSEWHERE,
    FACTS,
    FEED_NOTHING,
    HASH,
    LATER,
    NOT_COVERED,
    OF_FACTS,
    OF_VALUES,
    RAN_ON,
    WORDS,
    Case,
    Found,
)  # fmt: skip
from tests.companies.ledger.every_change import everything_done

pytestmark = pytest.mark.django_db

CHAIN = "encode(sha256(convert_to({link}, 'UTF8')), 'hex')"
REWRITTEN = "UPDATE ledger_revisions SET link = {link}, chain = " + CHAIN + " WHERE number = {number}"
SWAP = "UPDATE ledger_revisions SET number = {} WHERE number = {}"
INSERT = (
    "INSERT INTO ledger_revisions (number, kind, recorded_at, day, fingerprint)"
    " VALUES ({}, 'decision', now() + interval '1 hour', '2026-11-29', '')"
)
OFFICIAL = "INSERT INTO official_dates (code, kind, official_on, origin, recorded_in) VALUES ('1301', 'listed', '2020-01-01', 'x', {})"
OF_BOTH = "date_in_force, row_count, sha256, rows"
SNAPSHOT = (
    f"INSERT INTO listing_snapshots (id, source, is_superseded, {OF_BOTH})"
    f" SELECT 0, source, true, {OF_BOTH} FROM listing_snapshots WHERE id = 2"
)
ISSUERS = (
    f"INSERT INTO issuer_lists (id, listed_count, is_superseded, recorded_at, {OF_BOTH})"
    f" SELECT 0, listed_count, true, recorded_at, {OF_BOTH} FROM issuer_lists WHERE id = 1"
)
TAKEN = "INSERT INTO issuer_list_withdrawals (issuer_list_id, reason, withdrawn_by, withdrawn_at) VALUES (2, 'x', 'x', now())"
#: Rows and the chain itself: statements, and what is named.
ROWS: dict[str, tuple[list[str], Found]] = {
    "the newest but one is gone": (["DELETE FROM ledger_revisions WHERE number = 17"], [(18, RAN_ON)]),
    "the newest are gone and what they recorded is not": (
        ["DELETE FROM ledger_revisions WHERE number > 12"], [(13, "事実"), (14, "事実")],
    ),
    "one in the middle is gone": (["DELETE FROM ledger_revisions WHERE number = 9"], [(10, RAN_ON)]),
    "the first is gone": (["DELETE FROM ledger_revisions WHERE number = 1"], [(2, RAN_ON)]),
    "two change places": (
        [SWAP.format(99, 11), SWAP.format(11, 12), SWAP.format(12, 99)],
        [(11, RAN_ON), (11, "番号"), (11, FACTS), (12, RAN_ON), (12, "番号"), (12, FACTS), (13, RAN_ON)],
    ),
    "one comes and one is missing before it": ([INSERT.format(20)], [(20, "前の改訂")]),
    "one comes with a gap": ([INSERT.format(1000)], [(1000, "前の改訂")]),
    "one comes far away": ([INSERT.format(10**17)], [(10**17, "前の改訂")]),
    "one comes in the place of another": ([SWAP.format(99, 13), INSERT.format(13)], [(13, HASH), (14, RAN_ON), (99, RAN_ON), (99, "番号"), (99, FACTS)]),
    "no hash, no words": (["UPDATE ledger_revisions SET chain = NULL, link = NULL WHERE number = 9"], [(9, HASH)]),
    "no words": (["UPDATE ledger_revisions SET link = NULL WHERE number = 18"], [(18, HASH)]),
    "no hash of the newest": (["UPDATE ledger_revisions SET chain = NULL WHERE number = 18"], [(18, HASH)]),
    "another before": ([REWRITTEN.format(link="overlay(link placing 'g' from 20)", number=18)], [(18, RAN_ON)]),
    "no words of ours": ([REWRITTEN.format(link="'x'", number=18)], [(18, WORDS)]),
    "no object": ([REWRITTEN.format(link="'[1]'", number=18)], [(18, WORDS)]),
    "a list of nothing": ([REWRITTEN.format(link="""replace(link, '"day"', '"list":{},"day"')""", number=17)], [(17, WORDS), (18, RAN_ON)]),
    "facts of nothing": ([REWRITTEN.format(link="""replace(link, '"count"', '"cou"')""", number=18)], [(18, FACTS)]),
    "a kind that is none": ([REWRITTEN.format(link="""replace(link, '"rebuilt"', '{}')""", number=18)], [(18, "種別")]),
    "words without end": ([REWRITTEN.format(link="repeat('[', 100000)", number=18)], [(18, WORDS)]),
    "a space more": ([REWRITTEN.format(link="link || ' '", number=18)], [(18, WORDS)]),
    "a word more": ([REWRITTEN.format(link="""overlay(link placing '{"a":1,' from 1 for 1)""", number=18)], [(18, WORDS)]),
    "a fact comes": ([OFFICIAL.format(9)], [(9, FACTS)]),
    "a fact of no revision comes": ([OFFICIAL.format(999)], [(999, "事実")]),
    "a fact before the first comes": ([OFFICIAL.format(0)], [(0, "事実")]),
    "a fact is taken back by none": (["UPDATE official_dates SET withdrawn_in = 999 WHERE recorded_in = 10"], [(999, "事実")]),
    "a fact is gone": (["DELETE FROM company_identifiers WHERE value = 'JP3756600007'"], [(12, FACTS)]),
    "a withdrawal is gone": (["DELETE FROM snapshot_withdrawals"], [(5, FACTS)]),
    "a withdrawal is of another list": (["UPDATE issuer_list_withdrawals SET issuer_list_id = 2"], [(7, FACTS)]),
    "a withdrawal comes": ([TAKEN], [(0, "EDINET コード一覧 2 の取消の改訂")]),
    "a decision is of another succession": (["UPDATE confirmed_successions SET succession_id = 99"], [(13, FACTS), (14, FACTS)]),
    "a list comes": ([SNAPSHOT], [(0, "jpx 2024-03-29 の一覧 0の改訂")]),
    "a list of issuers comes": ([ISSUERS], [(0, "EDINET コード一覧 0（2024-02-29）の改訂")]),
    "a list is gone": (["DELETE FROM listing_snapshots WHERE id = 2"], [(2, "一覧")]),
    "what was taken back was another": (["UPDATE ledger_revisions SET kind = 'kept' WHERE number = 7"], [(7, "種別")]),
}  # fmt: skip

#: By the type of a column another value.
ANOTHER = {
    "TextField": "reverse({column}) || 'x'", "CharField": "reverse({column})", "BinaryField": "{column} || 'x'",
    "BooleanField": "NOT {column}", "DateField": "{column} - 1", "DateTimeField": LATER, "FloatField": "{column} / 2",
    "JSONField": "'[]'", "BigAutoField": "{column} + 1000", "BigIntegerField": "{column} - 1", "ForeignKey": "{column} + 1000",
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def ledger(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Everything, and a rebuild that made another list hold; once."""
    with everything_done(django_db_blocker):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE entry_holdings SET entry_id = 2 WHERE entry_id = 1")
        rebuild_history()
        assert find_head()[0] == 18
        yield


def altered(*statements: str, heads: Sequence[Head] = ()) -> tuple[Found, Found]:
    """What of which revision the chain and the whole proof name; then it is put back."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                assert cursor.rowcount > 0, statement
        found = [_read(one.subject) for one in prove_chain(heads).differences]
        whole = [_read(one.subject) for one in prove_history(from_beginning=True, heads=heads).differences]
        transaction.set_rollback(True)
    return found, whole


def _read(subject: str) -> tuple[int, str]:
    told = re.fullmatch(r"改訂 (\d+)(?:（.*）)?(?:の| の|が)(.*)", subject)
    if told is None:
        return 0, subject
    return int(told[1]), RAN_ON if told[2].startswith(RAN_ON) else told[2].strip()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.table}.{case.column}")
def test_one_value_is_named_with_its_revision_and_nothing_else(case: Case) -> None:
    found, whole = altered(case.statement)

    assert found == case.found
    assert whole[: len(found)] == found


@pytest.mark.parametrize("name", ROWS)
def test_a_row_or_hash_is_named_with_its_revision_and_nothing_else(name: str) -> None:
    statements, expected = ROWS[name]

    found, whole = altered(*statements)

    assert found == expected
    assert whole[: len(found)] == found


def test_each_column_that_feeds_a_revision_is_covered_or_it_is_said_why_not() -> None:
    covered = {(case.table, case.column) for case in CASES}
    named = {(table, column) for table, columns in NOT_COVERED.items() for column in columns}
    models = [model for model in apps.get_app_config("companies").get_models() if model._meta.managed]
    there = {
        (model._meta.db_table, field.column)
        for model in models
        if model._meta.db_table not in FEED_NOTHING
        for field in model._meta.concrete_fields
    }

    assert covered & named == set()
    assert covered | named == there


@pytest.mark.parametrize("table", NOT_COVERED)
def test_what_is_said_not_to_be_covered_is_not(table: str) -> None:
    (model,) = (one for one in apps.get_app_config("companies").get_models() if one._meta.db_table == table)
    where = "id = 4" if table == "listing_snapshots" else {**OF_FACTS, **OF_VALUES}[table][0]
    for field in model._meta.concrete_fields:
        if NOT_COVERED[table].get(str(field.column), ELSEWHERE) != ELSEWHERE:
            value = ANOTHER[field.get_internal_type()].format(column=field.column)
            assert altered(f"UPDATE {table} SET {field.column} = {value} WHERE {where}")[0] == [], field.column


def test_the_newest_is_missed_only_by_a_head_that_was_written_down() -> None:
    number, chain = find_head()
    kept = Head(number, chain)

    assert altered("DELETE FROM ledger_revisions WHERE number = 18")[0] == []
    assert altered("DELETE FROM ledger_revisions WHERE number = 18", heads=[kept])[0] == [(0, "控えの先頭の改訂 18")]
