"""What files say of identifiers, and what follows from all that was ever said of one code and scheme. Pure.

An identifier without an end holds until another of its scheme begins; one with an end ends then at the latest. So the later
beginning counts, and the order in which things were said makes no difference; but where two say different things of the same
beginning or of an end, and then what was said last is a correction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Statement:
    """One row of a file. `valid_from` `None`: as long as anybody knows; `valid_until`, the first day on which it does not hold any
    more, `None`: not said.
    """

    code: str
    scheme: str
    value: str
    valid_from: date | None = None
    valid_until: date | None = None
    origin: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """What holds from a beginning on, up to `until` (`None`: it still does)."""

    value: str
    until: date | None
    origin: str


#: What holds of one code and scheme, by its beginning.
Spans = Mapping[date | None, Span]


def combine(spans: Spans, statements: Iterable[Statement]) -> dict[date | None, Span]:
    """What holds once the statements, of one code and scheme, were said too."""
    told = dict(spans)
    for said in statements:
        known = told.get(said.valid_from)
        if known is None or known.value != said.value:
            end = said.valid_until or (known.until if known else None)
            told[said.valid_from] = Span(said.value, end, said.origin)
        elif said.valid_until is not None:
            told[said.valid_from] = Span(known.value, said.valid_until, known.origin)
    beginnings = sorted(told, key=_order)
    for begins, following in pairwise(beginnings):
        span = told[begins]
        if following is not None and (span.until is None or span.until > following):
            told[begins] = Span(span.value, following, span.origin)
    return told


def find_contrary(statements: Iterable[Statement]) -> list[tuple[Statement, Statement]]:
    """Pairs of rows of a file that cannot both be right: different things of one beginning, or one that begins before another
    has ended by its own words.
    """
    groups: dict[tuple[str, str], list[Statement]] = {}
    for said in statements:
        groups.setdefault((said.code, said.scheme), []).append(said)
    return [
        (first, second)
        for group in groups.values()
        for first, second in pairwise(sorted(group, key=lambda said: (_order(said.valid_from), said.line)))
        if _contradict(first, second)
    ]


def _contradict(first: Statement, second: Statement) -> bool:
    if first.valid_from == second.valid_from:
        return (first.value, first.valid_until) != (second.value, second.valid_until)
    return first.valid_until is not None and first.valid_until > (second.valid_from or date.min)


def _order(begins: date | None) -> date:
    return begins or date.min
