"""The two spellings of a securities code: 4 characters in daily use, 5 in J-Quants.

Source: J-Quants API V2, "Listed issue master" (`Code` has 5 characters; the fifth is 0 for a company's ordinary shares),
and JPX's list of listed issues (4 characters, or 5 for further classes of share such as `25935`). Securities Identification
Code Committee: letters in the second and the fourth place only, and none of B, E, I, O, Q, V, Z; none begins with 0.
"""

import re

_MIXED = "[0-9ACDFGHJKLMNPRSTUWXY]"
_SECURITIES_CODE = re.compile(f"[1-9]{_MIXED}[0-9]{_MIXED}[0-9]?")


def is_securities_code(text: str) -> bool:
    """Whether the exchange gives 4- or 5-character codes like `text` (`7203`, `130A`, `25935`, `72030`)."""
    return _SECURITIES_CODE.fullmatch(text) is not None


def securities_code(code: str) -> str:
    """The code as the product stores it: `72030` → `7203`, `130A0` → `130A`, `25935` and `7203` stay."""
    return code[:4] if len(code) == 5 and code.endswith("0") else code


def jquants_code(code: str) -> str:
    """The 5-character code that J-Quants uses: `7203` → `72030`, `25935` stays."""
    return f"{code}0" if len(code) == 4 else code
