"""What every test may ask for."""

from datetime import date

import pytest

from companies.snapshots import apply_snapshot
from tests.factories import make_issue

FEBRUARY, MARCH = date(2024, 2, 29), date(2024, 3, 29)


@pytest.fixture
def two_lists(db: None) -> None:
    """A small ledger: in March 1301 was renamed, 7203 changed market, 9984 left and 130A came."""
    toyota = make_issue("7203", company_name="トヨタ自動車", market_code="0111")
    motor = make_issue("7201", company_name="日産自動車", scale_category="TOPIX Mid400")
    kyokuyo = make_issue("1301", company_name="極洋", sector17_code="1", sector33_code="0050", scale_category="-")
    gone = make_issue("9984", company_name="ソフトバンクグループ", sector17_code="10", sector33_code="5250")
    apply_snapshot(FEBRUARY, [toyota, motor, kyokuyo, gone], "jpx")
    renamed = make_issue(
        "1301", company_name="極洋ホールディングス", sector17_code="1", sector33_code="0050", scale_category="-"
    )
    moved = make_issue("7203", company_name="トヨタ自動車", market_code="0112")
    new = make_issue("130A", company_name="Ｖｅｒｉｔａｓ　Ｉｎ　Ｓｉｌｉｃｏ", market_code="0113", scale_category="-")
    apply_snapshot(MARCH, [moved, motor, renamed, new], "jpx", force=True)
