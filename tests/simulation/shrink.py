"""Making a plan that fails smaller: the delta debugging of Zeller and Hildebrandt (ddmin, 2002), over the steps of a plan."""

from collections.abc import Callable, Sequence
from typing import TypeVar

_Step = TypeVar("_Step")


def shrink(plan: Sequence[_Step], fails: Callable[[list[_Step]], bool], may_go_on: Callable[[], bool]) -> list[_Step]:
    """The plan without steps that it fails without too, in their order. `fails` plays one; it may err where a fault depends on
    timing, so that the result is small and not always the smallest. Ends early where it may not go on.
    """
    kept, pieces = list(plan), 2
    while len(kept) > 1 and may_go_on():
        size = -(-len(kept) // pieces)
        for start in range(0, len(kept), size):
            rest = kept[:start] + kept[start + size :]
            if rest and may_go_on() and fails(rest):
                kept, pieces = rest, max(pieces - 1, 2)
                break
        else:
            if size == 1:
                break
            pieces = min(pieces * 2, len(kept))
    return kept
