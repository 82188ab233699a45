"""What a person typed, read once for both searches: the database's and the one in memory."""

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from companies.code_notation import find_code, set_codes_apart
from companies.codes import is_securities_code, jquants_code
from companies.letters import plain_letters
from companies.search.folding import fold_text

# EDINET code, corporate number, ISIN or FIGI, LEI.
_IDENTIFIER = re.compile(r"E[0-9]{5}|T?(?P<number>[0-9]{13})|[A-Z]{2}[0-9A-Z]{9}[0-9]|[0-9A-Z]{18}[0-9]{2}")
#: Letters of a query; what is longer is nobody's name, and would take the database seconds.
LONGEST_QUERY = 100


class Rank(IntEnum):
    """What kind of match a company is, best first (docs/api.md, "Search")."""

    EXACT_CODE = 0
    CODE_START = 1
    WHOLE_NAME = 2
    NAME_START = 3
    WITHIN = 4
    NEAR_WHOLE = 5
    NEAR_START = 6
    SIMILAR = 7


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Every one of `words` has to occur; `text` is all of them together, by which matches are ranked.

    `identifier` is what may be one of an issuer or an issue (EDINET code, 法人番号 also as an invoice number with its T, ISIN, FIGI,
    LEI): who has it is found, and nobody else; where nobody has, it is a name like any other. `code` is the securities code, where the query is nothing but one. A code in the notation of a vendor names one
    issue, so its word is the 5-character code; a code by itself may also be the beginning of one (`2593` of `25935`).
    """

    words: tuple[str, ...]
    text: str
    code: str | None
    identifier: str | None = None

    @classmethod
    def read(cls, query: str) -> Self:
        """Without words where nothing is left of the query when it is folded, or where it is too long for a name."""
        if len(query) > LONGEST_QUERY:
            return cls((), "", None)
        plain = plain_letters(query).strip()
        if code := find_code(plain):
            return cls((word := _code_word(plain, code),), word, code)
        typed = [_without_notation(word) for word in set_codes_apart(plain).split()]
        words = tuple(word for word in map(fold_text, typed) if word)
        return cls(words, fold_text("".join(typed)), None, _read_identifier(plain))


def _read_identifier(plain: str) -> str | None:
    found = _IDENTIFIER.fullmatch("".join(plain.upper().replace("-", "").split()))
    return found and (found["number"] or found[0])


def _without_notation(word: str) -> str:
    code = find_code(word)
    return word if code is None else _code_word(word, code)


def _code_word(written: str, code: str) -> str:
    return (written if is_securities_code(written.upper()) else jquants_code(code)).lower()
