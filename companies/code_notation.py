"""A securities code as people and data vendors write it: `7203.T`, `TYO:7203`, `7203 JT`, `$7203`, `７２０３`.

Markets and their abbreviations, checked 2026-11: T (LSEG, Yahoo), TYO (Google, FT), TSE (TradingView, S&P), JT and JP
(Bloomberg: Tokyo, Japan), TKS (FactSet), XTKS (ISO 10383). Codes of other exchanges (`7203.N`) are not codes of ours.
"""

import re

from companies.codes import is_securities_code, jquants_code, securities_code
from companies.letters import plain_letters

# In ASCII, any case: the form that the API's schema shows. The forms of letters are told by `companies.codes`.
_CODE = "[0-9][0-9A-Za-z][0-9][0-9A-Za-z][0-9]?"
_MARKET = f"(?:{'|'.join(''.join(f'[{c}{c.lower()}]' for c in name) for name in ('TYO', 'TSE', 'XTKS', 'TKS', 'JPX', 'JP', 'JT', 'T'))})"
_EQUITY = "(?: [Ee][Qq][Uu][Ii][Tt][Yy])?"
#: The notations in one pattern, for regular expressions of Python and of JSON Schema alike.
NOTATION = rf"(?:\$?{_CODE}|{_MARKET}(?: ?[:.\-] ?| ){_CODE}|{_CODE}(?: ?[:.\-/] ?| ){_MARKET}{_EQUITY})"

_WRITTEN = re.compile(rf"(?:{_MARKET}(?: ?[:.\-/] ?| )|\$)?({_CODE})(?:(?: ?[:.\-/] ?| ){_MARKET}{_EQUITY})?")
_IN_BRACKETS = re.compile(r"[(<\[〈《【〔〖]([^()<>\[\]〈〉《》【】〔〕〖〗]+)[)>\]〉》】〕〗]")
# What a Japanese keyboard gives for a hyphen, and the exchange's name.
_TYPED = str.maketrans({"ー": "-", "‐": "-", "‑": "-", "–": "-", "—": "-"})


def find_code(text: str) -> str | None:
    """The code as the product stores it, where `text` is nothing but a code in one of the notations."""
    plain = " ".join(plain_letters(text).translate(_TYPED).split()).replace("東証", "TSE")
    written = _WRITTEN.fullmatch(plain)
    if written is None or not is_securities_code(code := written[1].upper()):
        return None
    return securities_code(code)


def set_codes_apart(text: str) -> str:
    """`text` with the codes that stand in brackets as words of their own: `トヨタ(7203)` → `トヨタ 72030 `."""

    def apart(found: re.Match[str]) -> str:
        code = find_code(found[1])
        return found[0] if code is None else f" {jquants_code(code)} "

    return _IN_BRACKETS.sub(apart, text)
