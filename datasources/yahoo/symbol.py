"""What Yahoo Finance calls an issue of the Tokyo Stock Exchange. Pure."""

import re

_ORDINARY = re.compile(r"[0-9][0-9A-Z][0-9][0-9A-Z]")


def find_symbol(code: str) -> str | None:
    """`7203` → `7203.T`, `130A` → `130A.T`; `None` for codes of 5 characters, further classes of share such as `25935`,
    which Yahoo Finance does not have.
    """
    return f"{code}.T" if _ORDINARY.fullmatch(code) else None
