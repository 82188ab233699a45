"""The design's foreign keys, as SQL written against the tables meets them."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from companies.ledger.snapshots import apply_snapshot
from companies.models import Company
from tests.factories import make_issue

pytestmark = pytest.mark.django_db


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_keys_bear_the_names_of_the_design_and_say_what_becomes_of_the_rows() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, confdeltype::text, convalidated FROM pg_constraint WHERE contype = 'f'"
            " AND conrelid IN ('companies'::regclass, 'sector33_masters'::regclass) ORDER BY conname"
        )
        assert cursor.fetchall() == [
            ("fk_companies_market_code", "n", True),
            ("fk_companies_sector17_code", "n", True),
            ("fk_companies_sector33_code", "n", True),
            ("fk_sector33_sector17_code", "r", True),
        ]


@pytest.mark.parametrize(
    ("table", "code", "field"),
    [
        ("market_masters", "0111", "market_id"),
        ("sector33_masters", "3700", "sector33_id"),
        ("sector17_masters", "6", "sector17_id"),
    ],
)
def test_a_master_deleted_by_plain_sql_leaves_companies_without_the_code(table: str, code: str, field: str) -> None:
    apply_snapshot(date(2024, 1, 15), [make_issue("7203")], "jpx")
    if table == "sector17_masters":
        execute("DELETE FROM sector33_masters WHERE sector17_code = '6'")

    execute(f"DELETE FROM {table} WHERE code = '{code}'")
    execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert getattr(Company.objects.get(), field) is None


def test_a_sector_of_the_17_that_others_belong_to_cannot_be_deleted() -> None:
    with pytest.raises(IntegrityError, match="fk_sector33_sector17_code"), transaction.atomic():
        execute("DELETE FROM sector17_masters WHERE code = '6'")


def test_a_company_cannot_have_a_code_that_no_master_has() -> None:
    apply_snapshot(date(2024, 1, 15), [make_issue("7203")], "jpx")

    execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="fk_companies_market_code"), transaction.atomic():
        execute("UPDATE companies SET market_code = '0999'")
