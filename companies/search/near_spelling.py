"""Near spellings of names: one letter wrong, missing, too many, or two that changed places.

A name is near as a whole, or with its beginning. The shorter the text the fewer letters may be in doubt: one letter of
an abbreviation is another company (NTT, NTN). The lengths were chosen on the 4,400 names of a real list, such that a
name spelt right finds hardly another (see tests/companies/search/test_near_spelling.py).
"""

import re

# Texts of Latin letters say less with each letter than kana and kanji.
_SHORTEST_WHOLE, _SHORTEST_START, _SHORTEST_OPEN = 3, 4, 5
_LATIN_MORE = 2
_ANY = "[^ ]"


def may_be_near(text: str) -> bool:
    """Whether other spellings are tried for a folded text. Never with digits: a near code is another company."""
    return len(text) >= _SHORTEST_WHOLE + _extra(text) and not any(character.isdigit() for character in text)


def is_near_whole(text: str, name: str) -> bool:
    """Whether one change makes `text` the folded `name`."""
    shared = _shared(text, name)
    rest, other = text[shared:], name[shared:]
    return (
        rest[1:] == other[1:]
        or rest[1:] == other
        or rest == other[1:]
        or (rest[1:2] + rest[:1] == other[:2] and rest[2:] == other[2:])
    )


def is_near_start(text: str, name: str) -> bool:
    """Whether one change makes `text` a beginning of `name`; in the last letter only where enough comes before it."""
    size = len(text) - _extra(text)
    if size < _SHORTEST_START:
        return False
    shared = _shared(text, name)
    rest, other = text[shared:], name[shared:]
    if len(rest) > 1 or size >= _SHORTEST_OPEN or text[-1] == text[-2]:
        is_wrong = len(other) > 0 and other[1:].startswith(rest[1:])
        if is_wrong or other.startswith(rest[1:]):
            return True
    return other[1:].startswith(rest) or (len(rest) > 1 and other.startswith(rest[1] + rest[0] + rest[2:]))


def start_keys(word: str) -> set[str]:
    """What two words have in common of which one is near the other, as a whole or with its beginning.

    The first three letters of the word, and of the word without one of them.
    """
    return {word[:3], word[1:4], word[:1] + word[2:4], word[:2] + word[3:4]}


def near_patterns(text: str) -> tuple[str, str]:
    """Regular expressions of PostgreSQL for `is_near_whole` and `is_near_start` on the words of a search text."""
    letters = [re.escape(letter) for letter in text]
    size = len(letters)
    inner = range(size - 1)
    ends = range(size) if size - _extra(text) >= _SHORTEST_OPEN else inner
    swapped = {"".join([*letters[:at], letters[at + 1], letters[at], *letters[at + 2 :]]) for at in inner}
    wrong = ["".join([*letters[:at], _ANY, *letters[at + 1 :]]) for at in range(size)]
    surplus = ["".join([*letters[:at], *letters[at + 1 :]]) for at in range(size)]
    missing = ["".join([*letters[:at], _ANY, *letters[at:]]) for at in range(size + 1)]
    whole = f" (?:{'|'.join([*wrong, *surplus, *missing, *swapped])})(?: |$)"
    if size - _extra(text) < _SHORTEST_START:
        return whole, whole
    begun = [*(wrong[at] for at in ends), *(surplus[at] for at in ends), *missing[:size], *swapped]
    return whole, f" (?:{'|'.join(begun)})"


def _extra(text: str) -> int:
    return _LATIN_MORE if text.isascii() else 0


def _shared(one: str, other: str) -> int:
    """How many letters the two begin with alike."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
