"""A history is judged: how much of each kind was checked is printed, and a run that checked nothing fails."""

import sys
from collections.abc import Collection

import pytest

from tests.recorded_history.history import History, Operation
from tests.recorded_history.laws import AT_ANY_MOMENT, contradictions
from tests.recorded_history.laws.contradiction import Contradiction


def check(history: History, capsys: pytest.CaptureFixture[str], kinds: Collection[type[Operation]]) -> None:
    """Fails where one of the kinds is not there at all, or two operations contradict."""
    counts = history.counts()
    with capsys.disabled():
        sys.stdout.write("\n".join(["", *history.lines(), ""]))
    assert [kind.__name__ for kind in kinds if not counts[kind.__name__]] == []
    _fail_for(contradictions(history))


def check_at_any_moment(history: History) -> None:
    """Fails where two operations contradict already, whatever may be written down later: what has to be waited for need not be then."""
    _fail_for(contradictions(history, AT_ANY_MOMENT))


def _fail_for(found: list[Contradiction]) -> None:
    assert not found, "\n".join([f"{len(found)} contradictions, of which", *map(str, found[:10])])
