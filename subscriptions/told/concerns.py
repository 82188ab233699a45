"""Whom a notice concerns: what a subscription asks for, compared with what there is. Pure but for what it is given."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from subscriptions.choices import LISTING_KINDS, VIEW_KINDS
from subscriptions.told.told_notice import ToldNotice


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a subscription asks for and its owner may see. `codes` are those of the watch list, `members` those that the view shows or
    showed; `None` where there is neither.
    """

    kinds: frozenset[str]
    includes_history: bool
    markets: frozenset[str]
    codes: frozenset[str] | None
    members: frozenset[str] | None

    @property
    def is_of_listings(self) -> bool:
        """Whether what revisions say of issues has to be read for it."""
        return bool(self.kinds & LISTING_KINDS)

    def choose(self, notices: Iterable[ToldNotice]) -> list[ToldNotice]:
        """Those that are told, in their order."""
        return [one for one in notices if one.kind in self.kinds and self._concerns(one)]

    def _concerns(self, told: ToldNotice) -> bool:
        if (told.is_history or told.is_refined) and not self.includes_history:
            return False
        if told.codes is None:
            return True
        if self.codes is not None and not told.codes & self.codes:
            return False
        if told.kind not in VIEW_KINDS and self.members is not None and not told.codes & self.members:
            return False
        # Of which market an issue is that no list has had yet, nobody knows: better told than kept to oneself.
        return not self.markets or told.markets is None or bool(told.markets & self.markets)


def find_moves(before: Collection[str], after: Collection[str]) -> tuple[list[str], list[str]]:
    """The codes that came and those that went."""
    return sorted(set(after) - set(before)), sorted(set(before) - set(after))
