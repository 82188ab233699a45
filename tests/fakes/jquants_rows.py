"""Rows as J-Quants publishes them, of both versions."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from companies.codes import jquants_code
from companies.listed_issue import ListedIssue

Row = dict[str, Any]


def make_rows(day: date, issues: Sequence[ListedIssue]) -> list[Row]:
    """V2's rows of a list."""
    return [
        {
            "Date": day.isoformat(), "Code": jquants_code(issue.code), "CoName": issue.company_name,
            "CoNameEn": issue.company_name_english, "S17": issue.sector17_code, "S17Nm": issue.sector17_name,
            "S33": issue.sector33_code, "S33Nm": issue.sector33_name, "ScaleCat": issue.scale_category,
            "Mkt": issue.market_code, "MktNm": issue.market_name, "Mrgn": issue.margin_code, "MrgnNm": None,
            "ProdCat": issue.product_category,
        }
        for issue in issues
    ]  # fmt: skip


_V1 = {
    "Date": "Date", "Code": "Code", "CoName": "CompanyName", "CoNameEn": "CompanyNameEnglish", "S17": "Sector17Code",
    "S17Nm": "Sector17CodeName", "S33": "Sector33Code", "S33Nm": "Sector33CodeName", "ScaleCat": "ScaleCategory",
    "Mkt": "MarketCode", "MktNm": "MarketCodeName", "Mrgn": "MarginCode", "MrgnNm": "MarginCodeName",
}  # fmt: skip


def as_v1(row: Row) -> Row:
    """The same row as V1 names its fields; it has no kind of security."""
    return {_V1[name]: value for name, value in row.items() if name in _V1}
