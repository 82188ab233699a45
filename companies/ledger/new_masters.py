"""Market segments and sectors that a list is the first to name."""

from collections.abc import Sequence

from companies.listed_issue import ListedIssue
from masters.registration import register_unknown_codes


def register_masters_of(issues: Sequence[ListedIssue]) -> None:
    """Masters that the list uses and nobody knew: the list is not refused for them."""
    register_unknown_codes(
        markets={i.market_code: i.market_name for i in issues if i.market_code},
        sectors17={i.sector17_code: i.sector17_name for i in issues if i.sector17_code},
        sectors33={i.sector33_code: (i.sector33_name, i.sector17_code) for i in issues if i.sector33_code},
    )
