"""One row of an EDINET code list, and how a later list goes on from it. Pure."""

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from companies.ledger.history import comparable_name
from companies.ledger.snapshot_rows import State


@dataclass(frozen=True, slots=True)
class Filer:
    """What a list says of one filer on one day. `None` means that it does not say, but of `securities_code`, that it has none.

    `securities_code` is as the product stores it (4 characters, or 5 where the last is not 0); `fiscal_year_end` is `3月31日` or
    `2月末日`; `capital` is in yen, as digits; `name_kana` lacks the company form. The order of the fields is that of the
    stored rows, kept since the first: one that comes new comes last.
    """

    edinet_code: str
    securities_code: str | None
    name: str
    name_english: str | None = None
    name_kana: str | None = None
    corporate_number: str | None = None
    fiscal_year_end: str | None = None
    capital: str | None = None
    address: str | None = None
    industry: str | None = None
    filer_type: str | None = None


#: What makes the state of a filer, in the order of the stored rows.
FILER_FIELDS = tuple(field.name for field in fields(Filer))[1:]
#: Of them, what is told of the companies that a filer stands behind.
TOLD_FIELDS = ("name_kana", "name_english", "corporate_number", "fiscal_year_end")
_IS_NAME = tuple(name.startswith("name") for name in FILER_FIELDS)
read_state: Any = attrgetter(*FILER_FIELDS)


def continue_filer(before: State | None, row: State) -> State:
    """The state after a list that says `row` of a filer whose state was `before` (`None`: it was in no list just before).

    What a list does not say stays, and so does the spelling of a name that compares equal. A code that it does not give is
    none any more: EDINET takes it away when the filer is no longer listed.
    """
    if before is None or before == row:
        return row
    return (row[0], *map(_continue_value, before[1:], row[1:], _IS_NAME[1:]))


def _continue_value(old: str | None, new: str | None, is_name: bool) -> str | None:
    if new is None or (is_name and old is not None and comparable_name(old) == comparable_name(new)):
        return old
    return new
