"""One row of a list of listed issues, as any source says it: the input of the ledger."""

from dataclasses import dataclass

#: The fields whose changes make history, in the order of the ledger's rows.
TRACKED_FIELDS = (
    "company_name",
    "company_name_english",
    "market_code",
    "sector17_code",
    "sector33_code",
    "scale_category",
    "margin_code",
    "product_category",
)


@dataclass(frozen=True, slots=True)
class ListedIssue:
    """What a source says of one issue on one day. `None` means that the source does not say.

    `code` is the securities code as stored (`companies.codes.securities_code`). The names of market and sectors are not
    part of the history: they only name a master row that does not exist yet.
    """

    code: str
    company_name: str
    company_name_english: str | None = None
    market_code: str | None = None
    sector17_code: str | None = None
    sector33_code: str | None = None
    scale_category: str | None = None
    margin_code: str | None = None
    product_category: str | None = None
    market_name: str | None = None
    sector17_name: str | None = None
    sector33_name: str | None = None
