"""A securities code as people and data vendors write it: `7203.T`, `TYO:7203`, `7203 JT`, `$7203`, `７２０３`.

Markets and their abbreviations, checked 2026-11: T (LSEG, Yahoo), TYO (Google, FT), TSE (TradingView, S&P), JT and JP
(Bloomberg: Tokyo, Japan), TKS (FactSet), XTKS (ISO 10383). Codes of other exchanges (`7203.N`) are not codes of ours.
"""

import re

from companies.codes import is_securities_code, jquants_code, securities_code
from companies.letters import plain_letters

_MARKETS = ("TYO", "TSE", "XTKS", "TKS", "JPX", "JP", "JT", "T")
_MARKET = f"(?:{'|'.join(''.join(f'[{letter}{letter.lower()}]' for letter in name) for name in _MARKETS)})"
_EQUITY = "(?: [Ee][Qq][Uu][Ii][Tt][Yy])?"
# Letters stand in the second and the fourth place only, and never B, E, I, O, Q, V or Z.
_MIXED = "[0-9ACDFGHJKLMNPRSTUWXYacdfghjklmnprstuwxy]"
_CODE = f"[1-9]{_MIXED}[0-9]{_MIXED}[0-9]?"
#: What the API's schema shows of them, in ASCII.
NOTATION = rf"(?:(?:TYO|TSE|JP):)?{_CODE}(?:\.T| J[PT])?"

_BETWEEN = r"(?: ?[:.\-/] ?| )"
_WRITTEN = re.compile(rf"(?:{_MARKET}{_BETWEEN}|\$)?([0-9A-Za-z]{{4,5}})(?:{_BETWEEN}{_MARKET}{_EQUITY})?")
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
