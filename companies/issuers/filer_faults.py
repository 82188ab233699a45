"""What the values of a filer may be, wherever they come from. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from companies.codes import is_securities_code
from companies.issuers.corporate_number import is_corporate_number
from companies.issuers.filer import FILER_FIELDS, Filer
from companies.ledger.listed_text import find_text_problem, show_text

EDINET_CODE = re.compile("E[0-9]{5}")
_FISCAL_YEAR_END = re.compile("(?:[1-9]|1[0-2])月(?:末|[1-9]|[12][0-9]|3[01])日")
#: Two or three times the longest of all lists since 2018 (name 75, reading 57, address 126).
_LONGEST = 300
_FORMS: dict[str, Callable[[str], object]] = {
    "edinet_code": EDINET_CODE.fullmatch,
    "securities_code": is_securities_code,
    "corporate_number": is_corporate_number,
    "fiscal_year_end": _FISCAL_YEAR_END.fullmatch,
    "capital": re.compile("[0-9]{1,18}").fullmatch,
}


@dataclass(frozen=True, slots=True)
class FilerFault:
    """What is wrong with one field of a filer (its name in `Filer`); `value` can be shown and stored.

    `problem` is `missing`, `form`, `too_long`, or one of `companies.ledger.listed_text`.
    """

    field: str
    problem: str
    value: str


def find_filer_fault(filer: Filer) -> FilerFault | None:
    """The first fault."""
    for name in ("edinet_code", *FILER_FIELDS):
        value = getattr(filer, name)
        if value is None:
            continue
        if problem := _problem(name, value):
            return FilerFault(name, problem, show_text(value, 50))
    return None


def _problem(name: str, value: str) -> str | None:
    if name in ("edinet_code", "name") and not value.strip():
        return "missing"
    if problem := find_text_problem(value):
        return problem
    if len(value) > _LONGEST:
        return "too_long"
    is_right = _FORMS.get(name)
    return None if is_right is None or is_right(value) else "form"
