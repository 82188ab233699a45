"""What speaks for and against one issue having come after another, each with how much. Pure.

A factor says how many times more often this is seen of a true succession than of two issues that have nothing to do with each
other. They were read off the lists of 2017 to 2026 (some ninety true ones among all pairs of an issue that went and one that
came) and rounded; what was never seen among strangers is bounded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from companies.issuers.lineage.addresses import city, street_address
from companies.issuers.lineage.commonness import Commonness
from companies.issuers.lineage.issues import Issue, gap_days
from companies.issuers.lineage.names import Likeness, Match, best_match, weight_of

#: Beyond this many days between going and coming nobody follows anybody; who replaces another comes within few.
LONGEST_GAP_DAYS, SHORT_GAP_DAYS = 40, 10
_VAGUE_DAYS = 366
#: Who went on a market of before April 2022 may be replaced on one of those that came of it.
_MARKETS_AFTER = {"0101": {"0111", "0112"}, "0102": {"0112"}, "0104": {"0113"}, "0106": {"0112"}, "0107": {"0113"}}

_OFTEN_OF_TRUE_ONES = {
    Likeness.SAME: 0.45, Likeness.BEGINNING: 0.2, Likeness.PART: 0.06, Likeness.INITIALS: 0.02, Likeness.START: 0.06,
    Likeness.PIECE: 0.03,
}  # fmt: skip
#: However long it is, names that go on differently are of two (アーバンライフ, アーバンライク).
_OF_FIRST_LETTERS, _MOST_OF_A_START = (Likeness.START, Likeness.PIECE), 100


class Signal(StrEnum):
    """What is compared."""

    NAME = "name"
    ADDRESS = "address"
    SECTOR = "sector"
    FISCAL_YEAR_END = "fiscal_year_end"
    MARKET = "market"
    GAP = "gap"
    BOTH_LISTED = "both_listed"
    FILED_LONG_BEFORE = "filed_long_before"


@dataclass(frozen=True, slots=True)
class Weighed:
    """One signal: its factor, and what was compared, in words of the data."""

    signal: Signal
    factor: float
    told: Mapping[str, str | bool | int | None]

    @property
    def is_link(self) -> bool:
        """Whether it is of these two, and not of many."""
        if self.signal is Signal.NAME:
            return self.told["likeness"] is not None
        return self.signal is Signal.ADDRESS and bool(self.told["is_same"] or self.told["is_near"])


def weigh(gone: Issue, came: Issue, common: Commonness) -> list[Weighed]:
    """All that can be compared of the two."""
    found = [
        _name(best_match(gone.all_spellings, came.all_spellings), common), _address(gone, came, common),
        _sector(gone, came, common), _fiscal_year_end(gone, came), _market(gone, came), _gap(gone, came),
        _both_listed(gone, came), _filed_long_before(gone, came),
    ]  # fmt: skip
    return [weighed for weighed in found if weighed is not None]


def _name(match: Match | None, common: Commonness) -> Weighed:
    if match is None:
        return Weighed(Signal.NAME, 0.25, {"likeness": None})
    weight, likeness = weight_of(match.shared), match.likeness
    if likeness is Likeness.INITIALS:
        among_strangers = 0.5 * 15.0 ** -len(match.shared)
    else:
        # The longer what they share, the rarer it is; where it is not the beginning of both, there are more places for it.
        expected = max(0.1 * 4.0 ** (1 - weight), 2e-5) * (1 if likeness is Likeness.SAME else 2)
        places = 3 if likeness in (Likeness.PART, Likeness.PIECE) else 1
        among_strangers = common.of_beginning(match.shared, expected) * places
    factor = min(
        _OFTEN_OF_TRUE_ONES[likeness] / among_strangers, _MOST_OF_A_START if likeness in _OF_FIRST_LETTERS else 20_000
    )
    told = {"likeness": match.likeness.value, "before": match.before, "after": match.after, "shared": match.shared}
    return Weighed(Signal.NAME, round(factor, 2), told)


def _address(gone: Issue, came: Issue, common: Commonness) -> Weighed | None:
    if not gone.addresses or not came.addresses:
        return None
    before, after = gone.addresses[0], came.addresses[0]
    street = street_address(before)
    if street and street == street_address(after):
        # In a large building there are many.
        others = common.others_at(street)
        return Weighed(Signal.ADDRESS, round(1500 / (1 + others), 1), {"is_same": True, "before": before, "after": after, "others": others})  # fmt: skip
    is_near = bool(city(before)) and city(before) == city(after)
    return Weighed(Signal.ADDRESS, 2 if is_near else 0.3, {"is_same": False, "is_near": is_near, "before": before, "after": after})  # fmt: skip


def _sector(gone: Issue, came: Issue, common: Commonness) -> Weighed | None:
    before, after = gone.sector33_code, came.sector33_code
    if before is None or after is None:
        return None
    told: dict[str, str | bool | int | None] = {"is_same": before == after, "before": before, "after": after}
    if before == after:
        return Weighed(Signal.SECTOR, round(0.9 / common.of_sector(before), 1), told)
    return Weighed(Signal.SECTOR, 0.5 if gone.sector17_code == came.sector17_code else 0.1, told)


def _fiscal_year_end(gone: Issue, came: Issue) -> Weighed | None:
    before = gone.issuer.fiscal_year_end if gone.issuer else None
    after = came.issuer.fiscal_year_end if came.issuer else None
    if before is None or after is None:
        return None
    is_same = before == after
    return Weighed(
        Signal.FISCAL_YEAR_END, 1.8 if is_same else 0.3, {"is_same": is_same, "before": before, "after": after}
    )


def _market(gone: Issue, came: Issue) -> Weighed | None:
    """Who replaces another comes where that was; who is new comes to a market for the new."""
    before, after = gone.market_code, came.market_code
    if before is None or after is None:
        return None
    is_same = before == after
    may_be_the_same = after in _MARKETS_AFTER.get(before, ())
    # Who went long after the last list that had it may have changed markets meanwhile.
    is_vague = (gone.latest - gone.earliest).days > _VAGUE_DAYS
    factor = 2.5 if is_same else 1.5 if may_be_the_same else 0.6 if is_vague else 0.3
    return Weighed(Signal.MARKET, factor, {"is_same": is_same, "before": before, "after": after})


def _gap(gone: Issue, came: Issue) -> Weighed | None:
    least, most = gap_days(gone, came)
    told: dict[str, str | bool | int | None] = {"least": least, "most": most}
    if most <= SHORT_GAP_DAYS:
        return Weighed(Signal.GAP, 3, told)
    return Weighed(Signal.GAP, 0.3 if least > SHORT_GAP_DAYS else 1, told)


def _both_listed(gone: Issue, came: Issue) -> Weighed | None:
    """Lists of issuers keep the code of one that went for months, so that this does not rule it out."""
    if gone.issuer is None or came.issuer is None:
        return None
    days = gone.issuer.listed_on & came.issuer.listed_on
    return Weighed(Signal.BOTH_LISTED, 0.15, {"day": min(days).isoformat()}) if days else None


def _filed_long_before(gone: Issue, came: Issue) -> Weighed | None:
    """A holding company is made for the purpose; who filed a year before is none."""
    since = came.issuer.filed_since if came.issuer else None
    if since is None or (came.earliest - since).days <= 366:
        return None
    return Weighed(Signal.FILED_LONG_BEFORE, 0.2, {"since": since.isoformat()})
