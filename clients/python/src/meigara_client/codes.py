"""Securities codes as frames of prices write them."""

from collections.abc import Container

_SUFFIXES = (".T", ".JP", " JT", " JP", "-T")
_PREFIXES = ("TYO:", "TSE:", "JP:")


def find_code(text: str, known: Container[str]) -> str | None:
    """The code among `known` that is meant by `7203`, `72030` (J-Quants), `7203.T` (Yahoo), `7203 JT` (Bloomberg), `TYO:7203`; `None`: none of them.

    A code of five characters that there is (a class of shares, such as 25935) is never cut.
    """
    code = text.strip().upper()
    for suffix in _SUFFIXES:
        code = code.removesuffix(suffix)
    for prefix in _PREFIXES:
        code = code.removeprefix(prefix)
    if code in known:
        return code
    if len(code) == 5 and code.endswith("0") and code[:4] in known:
        return code[:4]
    return None
