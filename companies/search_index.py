"""The search of `companies.search` over companies held in memory: same matches, same order, without the database.

The tests hold the two against each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from math import ceil

from companies.folding import fold_text
from companies.word_similarity import THRESHOLD, trigrams_of, word_similarity

_SHORTEST_SIMILAR = 3


@dataclass(frozen=True, slots=True)
class SearchableCompany:
    """What search needs of a company; `size_rank` is 0 for the largest companies (`companies.choices`)."""

    code: str
    search_text: str
    is_active: bool
    size_rank: int


class SearchIndex:
    """Companies by the trigrams of their text. Positions are those of the sequence it was made of."""

    def __init__(self, companies: Sequence[SearchableCompany]) -> None:
        self._companies = companies
        self._texts = [company.search_text for company in companies]
        self._trigrams = [tuple(trigrams_of(text)) for text in self._texts]
        self._by_trigram = _positions_by_part(self._trigrams)
        self._by_pair = _positions_by_part(map(_pairs_of, self._texts))

    def search(self, query: str) -> list[int]:
        """Positions of the companies that match, best first."""
        words = [word for word in map(fold_text, query.split()) if word]
        if not words:
            return []
        matches = reduce(set.intersection, (self._containing(word) for word in words))
        similar = self._similar("".join(words))
        return self._ranked(matches | similar.keys(), fold_text("".join(query.split())), similar)

    def _containing(self, word: str) -> set[int]:
        texts = self._texts
        return {position for position in self._candidates(word) if word in texts[position]}

    def _candidates(self, word: str) -> Iterable[int]:
        """Positions among which all that contain `word` are: those with its rarest part."""
        if len(word) == 1:
            return range(len(self._texts))
        is_of_trigrams = len(word) > 2 and word.isalnum()
        positions, size = (self._by_trigram, 3) if is_of_trigrams else (self._by_pair, 2)
        parts = (word[start : start + size] for start in range(len(word) - size + 1))
        return min((positions.get(part, []) for part in parts), key=len)

    def _similar(self, folded: str) -> dict[int, float]:
        """How similar the texts are that are similar enough. Not for codes: there a near miss is another company."""
        if len(folded) < _SHORTEST_SIMILAR or any(character.isdigit() for character in folded):
            return {}
        wanted = frozenset(trigrams_of(folded))
        if not wanted:
            return {}
        # Who has so many of them has one of the rarest.
        enough = ceil(THRESHOLD * len(wanted))
        lists = sorted((self._by_trigram.get(trigram, []) for trigram in wanted), key=len)
        candidates = set().union(*lists[: len(wanted) - enough + 1])
        shares = {position: word_similarity(wanted, self._trigrams[position]) for position in candidates}
        return {position: share for position, share in shares.items() if share >= THRESHOLD}

    def _ranked(self, positions: Iterable[int], folded: str, similar: dict[int, float]) -> list[int]:
        wanted = frozenset(trigrams_of(folded))
        keys = []
        for position in positions:
            company = self._companies[position]
            rank = _rank(company, folded)
            similarity = 0.0
            if rank == 5:
                known = similar.get(position)
                similarity = word_similarity(wanted, self._trigrams[position]) if known is None else known
            size = 0 if rank <= 1 else company.size_rank
            keys.append((rank, not company.is_active, -similarity, size, company.code, position))
        keys.sort()
        return [key[-1] for key in keys]


def _pairs_of(text: str) -> set[str]:
    return set(map("".join, pairwise(text)))


def _positions_by_part(texts: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    positions: dict[str, list[int]] = {}
    for position, parts in enumerate(texts):
        for part in set(parts):
            positions.setdefault(part, []).append(position)
    return positions


def _rank(company: SearchableCompany, folded: str) -> int:
    """0 exact code, 1 start of a code, 2 whole name, 3 start of a name, 4 within a name, 5 similar."""
    text, code = company.search_text, company.code.lower()
    if code == folded or text.startswith(f" {folded[:4]} {folded} "):
        return 0
    if code.startswith(folded):
        return 1
    if folded not in text:
        return 5
    if f" {folded} " in text or text.endswith(f" {folded}"):
        return 2
    return 3 if f" {folded}" in text else 4
