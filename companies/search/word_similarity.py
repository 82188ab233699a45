"""PostgreSQL's `word_similarity`, outside PostgreSQL: how well a query occurs in a text, by sequences of three characters.

Source: PostgreSQL 18 manual, F.35 "pg_trgm"; the extent that matches best is found as its `trgm_op.c` describes. The
tests compare every value with the database's.
"""

import re
from collections.abc import Sequence

#: `pg_trgm.word_similarity_threshold` as installed: from here on a text counts as similar.
THRESHOLD = 0.6
# pg_trgm compares sequences of three characters; below that similarity says nothing.
_SHORTEST = 3

_WORD = re.compile(r"[^\W_]+")


def may_be_similar(text: str) -> bool:
    """Whether similar texts are looked for. Never with digits: a similar code is another company."""
    return len(text) >= _SHORTEST and not any(character.isdigit() for character in text)


def trigrams_of(text: str) -> list[str]:
    """The trigrams of a folded text in their order: of each word with two spaces before and one after."""
    found = []
    for word in _WORD.findall(text):
        padded = f"  {word} "
        found += [padded[start : start + 3] for start in range(len(padded) - 2)]
    return found


def word_similarity(wanted: frozenset[str], trigrams: Sequence[str]) -> float:
    """The greatest share that `wanted` and any extent of `trigrams` have in common, from 0 to 1.

    Grows the extent to the right, from one wanted trigram to the next, and moves its left end where that raises the
    share.
    """
    best = 0.0
    last_at: dict[str, int] = {}
    left = -1
    distinct = common = 0
    for right, trigram in enumerate(trigrams):
        is_wanted = trigram in wanted
        if left >= 0 or is_wanted:
            if trigram not in last_at:
                distinct += 1
                common += is_wanted
            last_at[trigram] = right
        if not is_wanted:
            continue
        if left == -1:
            left, distinct = right, 1
        share, left, distinct, common = _best_left(
            wanted, trigrams, last_at, left=left, right=right, distinct=distinct, common=common
        )
        best = max(best, share)
    return best


def _best_left(
    wanted: frozenset[str],
    trigrams: Sequence[str],
    last_at: dict[str, int],
    *,
    left: int,
    right: int,
    distinct: int,
    common: int,
) -> tuple[float, int, int, int]:
    """The left end that gives the greatest share for this right end; what lies before it is forgotten."""
    first, size = left, len(wanted)
    share = common / (size + distinct - common)
    tried_distinct, tried_common = distinct, common
    for tried in range(first, right + 1):
        tried_share = tried_common / (size + tried_distinct - tried_common)
        if tried_share > share:
            share, left, distinct, common = tried_share, tried, tried_distinct, tried_common
        trigram = trigrams[tried]
        if last_at.get(trigram) == tried:
            tried_distinct -= 1
            tried_common -= trigram in wanted
    for passed in range(first, left):
        if last_at.get(trigrams[passed]) == passed:
            del last_at[trigrams[passed]]
    return share, left, distinct, common
