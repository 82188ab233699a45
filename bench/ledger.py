"""Applying a list of 4,400 issues, and reading the universe of a past day out of ten years of history."""

import itertools
import statistics
from collections.abc import Callable
from datetime import date, timedelta

from django.core.management import call_command
from django.db import connection, transaction

from api.front.lease_time import waiting_once
from bench.lists import change_some, make_list
from bench.report import Measurement, Relation, measure
from companies.known.revision import set_known_at
from companies.ledger.snapshots import apply_snapshot
from companies.models import CompanyVersion, KnownVersion

_ISSUES = 4_400
_FIRST_DAY = date(2016, 1, 4)


def measure_ledger() -> list[Measurement]:
    """The bounds for applying a snapshot and for the as-of query. What a writer waits before it reports (`api.front.lease_time`) is no
    work, and comes once for all.
    """
    with waiting_once():
        measurements = _measure_applying()
    grow_to_ten_years()
    middle = _FIRST_DAY + timedelta(days=5 * 365)
    seconds = [_read_universe(middle) for _ in range(11)]
    measurements.append(
        Measurement("時点指定の全銘柄（10 年の日次履歴）", statistics.median(seconds) * 1000, bound=5, runs=11)
    )
    seconds = [_read_universe(middle, known_in=_revision(20, 0)) for _ in range(11)]
    measurements.append(
        Measurement("同、過去の改訂で知られていた内容", statistics.median(seconds) * 1000, bound=15, runs=11)
    )
    return measurements


def _measure_applying() -> list[Measurement]:
    issues = make_list(_ISSUES)
    days = (_FIRST_DAY + timedelta(days=step) for step in itertools.count())
    apply_first = forgetting(lambda: apply_snapshot(_FIRST_DAY, issues, "jquants"))
    apply_first()  # creates the masters, and warms what every process warms once
    measurements = [measure("スナップショット適用: 初回", apply_first, runs=5, bound_ms=350)]
    seeds = itertools.count()
    current = issues

    def apply_changed() -> None:
        nonlocal current
        current = change_some(current, 0.01, seed=next(seeds))
        apply_snapshot(next(days), current, "jquants")

    def apply_unchanged() -> None:
        apply_snapshot(next(days), current, "jquants")

    next(days)
    measurements.append(measure("スナップショット適用: 1% 変更", apply_changed, runs=11, bound_ms=60))
    measurements.append(measure("スナップショット適用: 変更なし", apply_unchanged, runs=11, bound_ms=35))
    return measurements


def measure_knowledge() -> Relation:
    """How much larger ten years of history are for keeping what was known when."""
    grow_to_ten_years()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_total_relation_size('company_versions') + pg_total_relation_size('withdrawn_versions'),"
            " pg_total_relation_size('company_versions') - pg_relation_size('ix_company_versions_recorded')"
            " - pg_relation_size('ix_company_versions_code')"
        )
        now, before = cursor.fetchone()
    return Relation("10 年の履歴の大きさ（知られていた内容を含む ÷ 現在の版だけ）", now / before, at_most=2.2)


def measure_growth() -> Relation:
    """How much larger the history is after ten times as many lists, each with 1% of its issues changed."""
    call_command("flush", verbosity=0, interactive=False)
    current = make_list(_ISSUES)
    sizes = {}
    for position in range(100):
        current = change_some(current, 0.01, seed=position)
        apply_snapshot(_FIRST_DAY + timedelta(days=position), current, "jquants")
        sizes[position + 1] = CompanyVersion.objects.count() if position + 1 in (10, 100) else 0
    return Relation("一覧 10 倍（10 → 100 日、1% 変更）での履歴の大きさ", sizes[100] / sizes[10], at_most=2.0)


def forgetting(work: Callable[[], object]) -> Callable[[], None]:
    """`work` on an empty ledger."""

    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "TRUNCATE companies, company_versions, withdrawn_versions, listing_snapshots, ledger_revisions,"
                " entry_holdings CASCADE"
            )
        work()

    return run


def grow_to_ten_years() -> None:
    """Give every company 25 versions over ten years: 1% of 4,400 changing on each of 2,450 business days."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE company_versions, withdrawn_versions")
        start, revision = "%s::date + n * 146 + (companies.id %% 140)::int", "1 + n * 140 + companies.id %% 140"
        end, next_revision = start.replace("n *", "(n + 1) *"), revision.replace("n *", "(n + 1) *")
        # A version is recorded when it begins, open, and once more when it ends; the open one is taken back then.
        for table, columns, more, until, last in (
            ("company_versions", "company_id, recorded_in", f"companies.id, CASE WHEN n < 24 THEN {next_revision} ELSE {revision} END",
             f"CASE WHEN n < 24 THEN {end} END", 24),
            ("withdrawn_versions", "recorded_in, withdrawn_in", f"{revision}, {next_revision}", "NULL", 23),
        ):  # fmt: skip
            cursor.execute(
                f"""
                INSERT INTO {table} ({columns}, company_code, company_name, market_code, sector17_code, sector33_code,
                    scale_category, search_text, validity)
                SELECT {more}, code, company_name || n, market_code, sector17_code, sector33_code, scale_category, search_text,
                    daterange({start}, {until})
                FROM companies, generate_series(0, {last}) AS n ORDER BY n, companies.id %% 140
                """,  # noqa: S608
                [_FIRST_DAY] * (2 if until != "NULL" else 1),
            )
            cursor.execute(f"VACUUM ANALYZE {table}")


def _revision(n: int, rest: int) -> int:
    """That of the n-th version of a company whose id leaves that rest, as `grow_to_ten_years` numbers them."""
    return 1 + n * 140 + rest


def _read_universe(day: date, known_in: int | None = None) -> float:
    """Seconds the database needs to plan, find and serialise every column of every company listed on `day`, as known now or in a
    revision.
    """
    versions = CompanyVersion.objects if known_in is None else KnownVersion.objects
    sql, parameters = versions.as_of(day).query.sql_with_params()
    with transaction.atomic(), connection.cursor() as cursor:
        if known_in is not None:
            set_known_at(known_in)
        cursor.execute(f"EXPLAIN (ANALYZE, SERIALIZE, TIMING OFF, FORMAT JSON) {sql}", parameters)
        plan = cursor.fetchone()[0][0]
    found = plan["Plan"]["Actual Rows"]
    if found != _ISSUES:
        raise RuntimeError(f"as of {day}: expected {_ISSUES} companies, found {found}")
    return float(plan["Planning Time"] + plan["Execution Time"]) / 1000
