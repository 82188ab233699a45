"""Letters that a reader takes for one, made one: before names are compared (`companies.ledger.history`) and before texts are
folded for search (`companies.search.folding`). The stored texts stay as they came.

What is changed here changes histories and search texts that are stored already: see "A rule of letters" in
docs/adding.md.
"""

import re
import unicodedata

from companies.radicals import UNIFIED_IDEOGRAPHS

# Letters without a shape: general category Cf, and the property Default_Ignorable_Code_Point, which adds variation
# selectors, Hangul fillers and what is reserved for more of them. Source: Unicode 17.0 (DerivedCoreProperties.txt), written
# out because every version of Python carries its own Unicode.
_INVISIBLE = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x0600, 0x0605), (0x061C, 0x061C), (0x06DD, 0x06DD), (0x070F, 0x070F),
    (0x0890, 0x0891), (0x08E2, 0x08E2), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB), (0x110BD, 0x110BD), (0x110CD, 0x110CD), (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip

# One position of JIS X 0201, 0208 or 0212, which Microsoft's table (CP932), the Unicode consortium's (SHIFTJIS.TXT,
# JIS0208.TXT), JIS X 0213, Apple's and Java's read as different letters. What differs only in width (`￠` and `¢`) is made
# one by NFKC. The tests find the first five in the tables that Python has.
_ONE_POSITION = {
    "\N{WAVE DASH}": "~",  # 1-33; Microsoft: FULLWIDTH TILDE
    "\N{DOUBLE VERTICAL LINE}": "\N{PARALLEL TO}",  # 1-34
    "\N{MINUS SIGN}": "-",  # 1-61; Microsoft: FULLWIDTH HYPHEN-MINUS
    "\N{YEN SIGN}": "\\",  # 0x5C
    "\N{OVERLINE}": "~",  # 0x7E
    "\N{FULLWIDTH YEN SIGN}": "\\",
    "\N{MACRON}": "~",  # 1-17, Microsoft: FULLWIDTH MACRON; others: OVERLINE
    "\N{FULLWIDTH MACRON}": "~",
    "\N{HORIZONTAL BAR}": "\N{EM DASH}",  # 1-29; JIS X 0213, Apple and Java: EM DASH
}

# Voiced-sound marks typed by themselves join the kana before them, as their half-width forms do.
_MARKS = {"\N{KATAKANA-HIRAGANA VOICED SOUND MARK}": "\u3099", "\N{KATAKANA-HIRAGANA SEMI-VOICED SOUND MARK}": "\u309a"}

_LETTERS: dict[int, str | None] = {
    **dict.fromkeys(code for first, last in _INVISIBLE for code in range(first, last + 1)),
    **{ord(letter): one for letter, one in (_ONE_POSITION | _MARKS).items()},
    **UNIFIED_IDEOGRAPHS,
}


# Hardly a name has one of them, and looking is ten times as fast as translating. (Beyond U+FFFF a class of `re` is a list
# that is gone through, so it only asks whether there is anything.)
_BASIC = "".join(re.escape(chr(code)) for code in _LETTERS if code <= 0xFFFF)
_MAY_HAVE = re.compile(f"[{_BASIC}]|[\U00010000-\U0010ffff]").search


def plain_letters(text: str) -> str:
    """`text` in NFKC without invisible letters, letters of one meaning as one. Twice gives the same as once."""
    if text.isascii():
        return text
    # Again after NFKC, which makes some of these letters of others (`⁻` becomes `−`).
    return _replace(unicodedata.normalize("NFKC", _replace(text)))


def _replace(text: str) -> str:
    return text.translate(_LETTERS) if _MAY_HAVE(text) else text
