"""How common it is among all issues that went or came: what many share says little of two. Pure."""

from collections import Counter
from collections.abc import Iterable

from companies.issuers.lineage.addresses import street_address
from companies.issuers.lineage.issues import Issue

#: So many issues weigh as much as what is expected before any was seen.
_ASSUMED = 200


class Commonness:
    """Counts of beginnings of names, of addresses and of sectors."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self._begins, self._addresses, self._sectors = Counter[str](), Counter[str](), Counter[str | None]()
        self._total = 0
        for issue in issues:
            self._total += 1
            cores = {spelling.core for spelling in issue.all_spellings}
            self._begins.update({core[:size] for core in cores for size in range(2, len(core) + 1)})
            self._addresses.update({street_address(told) for told in issue.addresses})
            self._sectors[issue.sector33_code] += 1

    def of_beginning(self, letters: str, expected: float) -> float:
        """The share of the issues, beside the two that are compared, whose name begins so."""
        return self._share(self._begins[letters] - 2, expected)

    def of_sector(self, code: str) -> float:
        """The share of the issues in a sector; were they all alike, 3% each."""
        return self._share(self._sectors[code], 0.03)

    def others_at(self, address: str) -> int:
        """How many issues have that address, beside the two that are compared."""
        return max(self._addresses[address] - 2, 0)

    def _share(self, count: int, expected: float) -> float:
        return (max(count, 0) + _ASSUMED * expected) / (self._total + _ASSUMED)
