"""The search of `companies.search.in_database` over companies held in memory: same matches, same order, without the database.

The tests hold the two against each other.
"""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice, pairwise
from math import ceil

from companies.search.near_spelling import is_near_start, is_near_whole, may_be_near, start_keys
from companies.search.query import Rank, SearchQuery
from companies.search.word_similarity import THRESHOLD, may_be_similar, trigrams_of, word_similarity


@dataclass(frozen=True, slots=True)
class SearchableCompany:
    """What search needs of a company; `size_rank` is 0 for the largest companies (`companies.choices`). `identifiers` are those of
    its issuer and its own.
    """

    code: str
    search_text: str
    is_active: bool
    size_rank: int
    identifiers: tuple[str, ...] = ()


class SearchIndex:
    """Companies by the trigrams of their text. Positions are those of the sequence it was made of."""

    def __init__(self, companies: Sequence[SearchableCompany]) -> None:
        self._companies = companies
        words = [company.search_text.split() for company in companies]
        # Each name between spaces, so that ` x` is the start of one and ` x ` a whole one.
        self._names = [f" {' '.join(found[2:])} " for found in words]
        # A code of four characters is the start of the one of five.
        self._codes = sorted((found[1], position) for position, found in enumerate(words))
        known: dict[str, str] = {}  # each of them is kept once
        self._trigrams = [
            tuple([known.setdefault(trigram, trigram) for trigram in trigrams_of(company.search_text)])
            for company in companies
        ]
        self._by_trigram = _positions_by_part(self._trigrams)
        self._by_pair = _positions_by_part(map(_pairs_of, self._names))
        self._by_identifier: dict[str, list[int]] = {}
        for position, company in enumerate(companies):
            for identifier in company.identifiers:
                self._by_identifier.setdefault(identifier, []).append(position)
        self._by_start: dict[str, list[tuple[str, int]]] = {}
        for position, found in enumerate(words):
            for name in found[2:]:
                entry = (name, position)
                for key in start_keys(name):
                    self._by_start.setdefault(key, []).append(entry)

    def search(self, query: str) -> list[int]:
        """Positions of the companies that match, best first."""
        asked = SearchQuery.read(query)
        if asked.identifier is not None and (named := self._by_identifier.get(asked.identifier)):
            return self._ordered(dict.fromkeys(named, Rank.EXACT_CODE), {})
        if not asked.words:
            return []
        matches = reduce(set.intersection, (self._containing(word) for word in asked.words))
        ranks = self._ranks(matches, asked)
        similar: dict[int, float] = {}
        if not self._is_spelt_so(ranks.values(), asked):
            similar = self._similar(asked.text)
            ranks = dict.fromkeys(similar, Rank.SIMILAR) | self._near(asked.text) | ranks
        return self._ordered(ranks, similar)

    def _is_spelt_so(self, ranks: Collection[Rank], asked: SearchQuery) -> bool:
        """Whether a name begins so: who typed it right wants no others."""
        if min(ranks, default=Rank.SIMILAR) <= Rank.NAME_START:
            return True
        start, is_split = f" {asked.text}", len(asked.words) > 1
        return is_split and any(start in self._names[position] for position in self._containing(asked.text))

    def _containing(self, word: str) -> set[int]:
        """Within a name, or at the start of a code: within a code it means nothing (7420 in 27420)."""
        names = self._names
        found = {position for position in self._candidates(word) if word in names[position]}
        for code, position in islice(self._codes, bisect_left(self._codes, (word, 0)), None):
            if not code.startswith(word):
                break
            found.add(position)
        return found

    def _candidates(self, word: str) -> Iterable[int]:
        """Positions among which all that contain `word` are: those with its rarest part."""
        if len(word) == 1:
            return range(len(self._names))
        is_of_trigrams = len(word) > 2 and word.isalnum()
        positions, size = (self._by_trigram, 3) if is_of_trigrams else (self._by_pair, 2)
        parts = (word[start : start + size] for start in range(len(word) - size + 1))
        return min((positions.get(part, []) for part in parts), key=len)

    def _near(self, text: str) -> dict[int, Rank]:
        """The companies with a name that is near as a whole, or at least in its beginning."""
        if not may_be_near(text):
            return {}
        near: dict[int, Rank] = {}
        for name, position in set().union(*(self._by_start.get(key, ()) for key in start_keys(text))):
            if is_near_whole(text, name):
                near[position] = Rank.NEAR_WHOLE
            elif position not in near and is_near_start(text, name):
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

    def _ranks(self, matches: Iterable[int], asked: SearchQuery) -> dict[int, Rank]:
        """Of companies in which every word occurs."""
        text, code = asked.text, asked.code or asked.text.upper()
        start, whole = f" {text}", f" {text} "
        is_code = text[0].isdigit()
        ranks = {}
        for position in matches:
            names = self._names[position]
            if is_code and (its_code := self._companies[position].code).startswith((code, text.upper())):
                ranks[position] = Rank.EXACT_CODE if its_code == code else Rank.CODE_START
            elif start in names:
                ranks[position] = Rank.WHOLE_NAME if whole in names else Rank.NAME_START
            else:
                ranks[position] = Rank.WITHIN
        return ranks

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


def _positions_by_part(texts: Iterable[Iterable[str]]) -> dict[str, Sequence[int]]:
    """Four bytes a position."""
    positions: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
    for position, parts in enumerate(texts):
        for part in set(parts):
            positions[part].append(position)
    return dict(positions)
