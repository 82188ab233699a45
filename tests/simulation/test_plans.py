"""One seed is one plan, and a plan that fails is made smaller."""

import random

import pytest

from tests.simulation.market import Market
from tests.simulation.plan import Step, make_plan, read_step
from tests.simulation.shrink import shrink


def test_a_seed_always_makes_the_same_plan_of_which_a_longer_one_is_a_continuation() -> None:
    random.seed(1)
    first = make_plan(7, 200)
    random.seed(2)

    assert make_plan(7, 200) == first
    assert make_plan(7, 50) == first[:50]
    assert make_plan(8, 200) != first


def test_a_seed_always_makes_the_same_market() -> None:
    one, other = Market(7), Market(7)
    one.open(20)
    other.open(20)

    assert (one.lists, one.revisions) == (other.lists, other.revisions)
    assert one.file_of(one.days[3], 5) != one.file_of(one.days[3], 6)
    assert one.filers_of(one.days[3], 5) == other.filers_of(one.days[3], 5)


def test_a_plan_is_read_as_it_is_printed() -> None:
    plan = make_plan(7, 300)

    assert [read_step(str(step)) for step in plan] == plan
    with pytest.raises(ValueError, match="wait a while"):
        read_step("wait a while")


def test_a_plan_that_fails_for_two_steps_in_their_order_is_shrunk_to_these() -> None:
    plan = [Step("wait", (number,)) for number in range(100)]
    played: list[int] = []

    def fails(some: list[Step]) -> bool:
        played.append(len(some))
        return Step("wait", (13,)) in some and Step("wait", (77,)) in some

    assert shrink(plan, fails, lambda: True) == [Step("wait", (13,)), Step("wait", (77,))]
    assert len(played) < 100


def test_shrinking_ends_when_it_has_to_with_a_plan_that_still_fails() -> None:
    plan = list(range(64))
    left = iter(range(5))

    found = shrink(plan, lambda some: 13 in some, lambda: next(left, None) is not None)

    assert 13 in found
    assert 1 < len(found) < 64
