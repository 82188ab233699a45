"""One row of a list of listed issues, as any source says it: the input of the ledger."""

from dataclasses import dataclass, fields

from companies.fields import FIELD_BY_NAME


@dataclass(frozen=True, slots=True)
class ListedIssue:
    """What a source says of one issue on one day. `None` means that the source does not say.

    `code` is the securities code as stored (`companies.codes.securities_code`). The order of the fields is that of the
    ledger's rows, kept since the first: one that comes new comes last. The names of market and sectors are not part of
    the history: they only name a master row that does not exist yet.
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


#: The fields whose changes make history, in the order of the ledger's rows.
LEDGER_FIELDS = tuple(FIELD_BY_NAME[field.name] for field in fields(ListedIssue) if field.name in FIELD_BY_NAME)
#: Their names.
TRACKED_FIELDS = tuple(field.name for field in LEDGER_FIELDS)
