"""What the text of a listed issue may be, whatever source says it: judged here, and nowhere else. Pure.

Refused is what the database cannot store, what nobody can see, what turns the text around it, what does not fit, and codes
that the exchange never gives. Invisible letters inside a name are no fault: they compare equal.
"""

import re
import unicodedata
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from operator import attrgetter
from typing import Any

from companies.codes import is_securities_code
from companies.fields import COMPANY_FIELDS
from companies.listed_issue import ListedIssue

_LINE_BREAKS = "\n\v\f\r\x85\u2028\u2029"
_DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
#: Controls, line breaks, directions, halves of surrogate pairs (no text, and no UTF-8), and what Unicode says is no character.
_UNUSABLE = re.compile(
    f"[\x00-\x1f\x7f{_LINE_BREAKS}{_DIRECTIONS}\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane + last) for plane in range(0x10000, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)
#: What a wrong conversion leaves: U+FFFD, the letters of one vendor's own, and the second row of controls, which are the
#: bytes that the code page does not have. The whole list is likely to be garbled: that is for a person to see.
_GARBLED = re.compile("[\ufffd\x80-\x84\x86-\x9f\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
# Letters and symbols by Unicode's classes, of which nothing is seen.
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_SPREADSHEET_ERRORS = frozenset(
    [
        "#N/A",
        "#VALUE!",
        "#REF!",
        "#NAME?",
        "#DIV/0!",
        "#NULL!",
        "#NUM!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#GETTING_DATA",
    ]
)

#: Characters that a value, or the name of a master, may have.
LONGEST = {field.name: field.longest for field in COMPANY_FIELDS if field.longest} | {
    field.told_name: field.longest_name for field in COMPANY_FIELDS if field.told_name and field.longest_name
}
#: Codes as J-Quants writes them, with their zeros.
_FORMS = {field.name: re.compile(field.form) for field in COMPANY_FIELDS if field.form}
_NAMES = frozenset(field.name for field in COMPANY_FIELDS if field.is_name)
_FIELDS = tuple(field.name for field in fields(ListedIssue))
_read_texts = attrgetter(*_FIELDS)
_SHOWN_CHARACTERS = 30


@dataclass(frozen=True, slots=True)
class TextFault:
    """What is wrong with one field (its name in `ListedIssue`). `value` can be shown and stored.

    `problem` is `control`, `line_break`, `direction`, `not_text`, `too_long`, `invisible`, `spreadsheet_error` or `form`;
    `character` is like `U+0000`; `length` and `limit` are of what is too long.
    """

    field: str
    problem: str
    value: str
    character: str | None = None
    length: int | None = None
    limit: int | None = None

    def details(self) -> dict[str, Any]:
        """As it is kept with a run."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def find_fault(issue: ListedIssue) -> TextFault | None:
    """The first fault of an issue. A code or name that is missing altogether is not one: a row may be incomplete."""
    for field, value in zip(_FIELDS, _read_texts(issue), strict=True):
        if value and (fault := _judge(field, value)) is not None:
            return fault
    return None


def find_text_problem(text: str) -> str | None:
    """What no text of any list may hold: `control`, `line_break`, `direction` or `not_text`."""
    found = _find(_UNUSABLE, text)
    return None if found is None else _problem(found[0])


def is_garbled_text(text: str) -> bool:
    """Whether a conversion lost letters of it."""
    return _find(_GARBLED, text) is not None


def is_garbled(issue: ListedIssue) -> bool:
    """Whether a conversion lost letters of it."""
    return is_garbled_text("".join(filter(None, _read_texts(issue))))


def show_text(text: str, limit: int | None = None) -> str:
    """The text with what cannot be stored or shown written out (`〈U+0000〉`), shortened."""
    shown = text if limit is None else text[:limit]
    for pattern in (_UNUSABLE, _GARBLED):
        shown = pattern.sub(lambda found: f"〈{_name(found[0])}〉", shown)
    return shown if limit is None or len(text) <= limit else f"{shown}…"


# Names aside there are a few dozen values in a list.
@lru_cache(maxsize=16_384)
def _judge(field: str, value: str) -> TextFault | None:
    if (found := _find(_UNUSABLE, value)) is not None:
        return _fault(field, _problem(found[0]), value, character=_name(found[0]))
    if len(value) > (limit := LONGEST.get(field, len(value))):
        return _fault(field, "too_long", value, length=len(value), limit=limit)
    if value in _SPREADSHEET_ERRORS:
        return _fault(field, "spreadsheet_error", value)
    if field in _NAMES and not any(map(_is_visible, value)):
        return _fault(field, "invisible", value, character=" ".join(map(_name, value[:5])))
    if not _is_well_formed(field, value):
        return _fault(field, "form", value)
    return None


def _find(characters: re.Pattern[str], text: str) -> re.Match[str] | None:
    """What is looked for is not printable in Python's sense, U+FFFD aside; hardly a text is, and asking that is cheap."""
    return None if text.isprintable() and "\ufffd" not in text else characters.search(text)


def _fault(field: str, problem: str, value: str, **more: Any) -> TextFault:
    return TextFault(field, problem, show_text(value, _SHOWN_CHARACTERS), **more)


def _is_well_formed(field: str, value: str) -> bool:
    if field == "code":
        return is_securities_code(value)
    return field not in _FORMS or _FORMS[field].fullmatch(value) is not None


def _is_visible(character: str) -> bool:
    category = unicodedata.category(character)
    # A letter of a vendor's own (Co) is seen as a box, at least.
    return (category[0] in "LNPS" or category == "Co") and character not in _BLANK_LETTERS


def _problem(character: str) -> str:
    if character in _LINE_BREAKS:
        return "line_break"
    if character in _DIRECTIONS:
        return "direction"
    return "control" if unicodedata.category(character) == "Cc" else "not_text"


def _name(character: str) -> str:
    return f"U+{ord(character):04X}"
