"""The search of `companies.search` over companies held in memory: same matches, same order, without the database.

The tests hold the two against each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from math import ceil

from companies.near_spelling import is_near_start, is_near_whole, may_be_near, start_keys
from companies.search_query import Rank, SearchQuery
from companies.word_similarity import THRESHOLD, may_be_similar, trigrams_of, word_similarity


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
        words = [text.split() for text in self._texts]
        self._codes = [tuple(found[:2]) for found in words]
        self._names = [tuple(found[2:]) for found in words]
        self._trigrams = [tuple(trigrams_of(text)) for text in self._texts]
        self._by_trigram = _positions_by_part(self._trigrams)
        self._by_pair = _positions_by_part(map(_pairs_of, self._texts))
        self._by_start = _positions_by_part(map(_start_keys_of, self._names))

    def search(self, query: str) -> list[int]:
        """Positions of the companies that match, best first."""
        asked = SearchQuery.read(query)
        if not asked.words:
            return []
        text = asked.text
        similar = self._similar(text)
        ranks = dict.fromkeys(similar, Rank.SIMILAR) | self._near(text)
        for position in reduce(set.intersection, (self._containing(word) for word in asked.words)):
            ranks[position] = self._rank(position, asked)
        return self._ordered(ranks, similar)

    def _containing(self, word: str) -> set[int]:
        """Within a name, or at the start of a code: within a code it means nothing (7420 in 27420)."""
        codes, names = self._codes, self._names
        return {
            position
            for position in self._candidates(word)
            if any(word in name for name in names[position]) or any(code.startswith(word) for code in codes[position])
        }

    def _candidates(self, word: str) -> Iterable[int]:
        """Positions among which all that contain `word` are: those with its rarest part."""
        if len(word) == 1:
            return range(len(self._texts))
        is_of_trigrams = len(word) > 2 and word.isalnum()
        positions, size = (self._by_trigram, 3) if is_of_trigrams else (self._by_pair, 2)
        parts = (word[start : start + size] for start in range(len(word) - size + 1))
        return min((positions.get(part, []) for part in parts), key=len)

    def _near(self, text: str) -> dict[int, Rank]:
        """The companies with a name that is near as a whole, or at least in its beginning."""
        if not may_be_near(text):
            return {}
        near = {}
        for position in set().union(*(self._by_start.get(key, ()) for key in start_keys(text))):
            names = self._names[position]
            if any(is_near_whole(text, name) for name in names):
                near[position] = Rank.NEAR_WHOLE
            elif any(is_near_start(text, name) for name in names):
                near[position] = Rank.NEAR_START
        return near

    def _similar(self, text: str) -> dict[int, float]:
        """How similar the texts are that are similar enough."""
        if not may_be_similar(text):
            return {}
        wanted = frozenset(trigrams_of(text))
        if not wanted:
            return {}
        # Who has so many of them has one of the rarest.
        enough = ceil(THRESHOLD * len(wanted))
        lists = sorted((self._by_trigram.get(trigram, []) for trigram in wanted), key=len)
        candidates = set().union(*lists[: len(wanted) - enough + 1])
        shares = {position: word_similarity(wanted, self._trigrams[position]) for position in candidates}
        return {position: share for position, share in shares.items() if share >= THRESHOLD}

    def _rank(self, position: int, asked: SearchQuery) -> Rank:
        """Of a company in which every word occurs."""
        code, text, names = self._companies[position].code.lower(), asked.text, self._names[position]
        if code == (asked.code or text).lower():
            return Rank.EXACT_CODE
        if code.startswith(text):
            return Rank.CODE_START
        if text in names or text in self._codes[position]:
            return Rank.WHOLE_NAME
        if any(word.startswith(text) for word in (*names, *self._codes[position])):
            return Rank.NAME_START
        return Rank.WITHIN

    def _ordered(self, ranks: dict[int, Rank], similar: dict[int, float]) -> list[int]:
        keys = []
        for position, rank in ranks.items():
            company = self._companies[position]
            similarity = similar[position] if rank is Rank.SIMILAR else 0.0
            size = 0 if rank <= Rank.CODE_START else company.size_rank
            keys.append((rank, not company.is_active, -similarity, size, company.code, position))
        keys.sort()
        return [key[-1] for key in keys]


def _pairs_of(text: str) -> set[str]:
    return set(map("".join, pairwise(text)))


def _start_keys_of(names: Iterable[str]) -> set[str]:
    return set().union(*map(start_keys, names))


def _positions_by_part(texts: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    positions: dict[str, list[int]] = {}
    for position, parts in enumerate(texts):
        for part in set(parts):
            positions.setdefault(part, []).append(position)
    return positions
