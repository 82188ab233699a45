"""Valid things by default; a test names only what it is about."""

from collections.abc import Iterable
from typing import Any

from companies.listed_issue import ListedIssue


def make_issue(code: str = "7203", **fields: Any) -> ListedIssue:
    """A listed issue, Toyota unless told otherwise."""
    values: dict[str, Any] = {
        "company_name": f"会社{code}",
        "market_code": "0111",
        "sector17_code": "6",
        "sector33_code": "3700",
        "scale_category": "TOPIX Core30",
    }
    return ListedIssue(code=code, **{**values, **fields})


def make_list(codes: Iterable[str], **fields: Any) -> list[ListedIssue]:
    """A list of issues that differ only in their codes and names."""
    return [make_issue(code, **fields) for code in codes]


def make_codes(count: int, *, first: int = 1301) -> list[str]:
    """`count` different securities codes."""
    return [str(first + step) for step in range(count)]
