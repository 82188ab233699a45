"""The columns that tell of official days, by the names that pages and files give them. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

_IN_BRACKETS = re.compile(r"\([^()]*\)")
_NAMES = {
    "delisted_on": ("上場廃止日", "廃止日", "delisted_on"),
    "listed_on": ("上場日", "新規上場日", "listed_on"),
    "official_on": ("日付", "公式の日", "official_on", "date"),
    "kind": ("種別", "区分", "kind"),
    "code": ("コード", "銘柄コード", "証券コード", "code"),
    "company_name": ("銘柄名", "会社名", "銘柄", "company_name", "name"),
    "market": ("市場区分", "市場", "上場市場", "market"),
    "reason": ("上場廃止理由", "廃止理由", "理由", "reason", "delisting_reason"),
    "announced_on": ("公表日", "発表日", "承認日", "上場承認日", "announced_on"),
}
_FIELD_OF = {name: field for field, names in _NAMES.items() for name in names}
#: The name of a field's column in messages.
COLUMN_OF = {field: names[0] for field, names in _NAMES.items()}
#: Any of these, and a code, make a header.
DAYS = ("delisted_on", "listed_on", "official_on")


def field_of(heading: str) -> str | None:
    """The field that a column is of; notes in brackets aside."""
    text = "".join(unicodedata.normalize("NFKC", heading).split()).lower()
    return _FIELD_OF.get(_IN_BRACKETS.sub("", text)) or _FIELD_OF.get(text)


def fields_of(headings: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The columns that are known: place and field."""
    for place, heading in enumerate(headings):
        if (field := field_of(heading)) is not None:
            yield place, field
