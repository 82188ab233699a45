"""What a process holds of a generation is loaded once, and nobody has to wait for it longer than they want."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.generations import Generations
from companies.api.held_state import HeldState, StillLoading

_NUMBERS = Generations(*[5] * len(Generations._fields))


class Loading:
    """A load that ends when it is told to."""

    def __init__(self) -> None:
        self.count, self.has_begun, self.may_end = 0, threading.Event(), threading.Event()

    def __call__(self) -> tuple[Generations, str]:
        self.count += 1
        self.has_begun.set()
        assert self.may_end.wait(60)
        return _NUMBERS, f"load {self.count}"


def test_who_wants_no_long_wait_does_without_while_another_loads() -> None:
    load = Loading()
    held = HeldState(load, longest_wait_seconds=0.01)
    with ThreadPoolExecutor(1) as other:
        first = other.submit(held.of, "5.5")
        assert load.has_begun.wait(60)

        with pytest.raises(StillLoading):
            held.of("5.5")
        assert held.at_hand("5.5") is None
        load.may_end.set()
        assert first.result(60) == "load 1"

    assert held.of("5.5") == "load 1"
    assert held.at_hand("5.5") == "load 1"
    assert load.count == 1


def test_who_has_no_other_way_waits_for_what_another_loads() -> None:
    load = Loading()
    held = HeldState(load)
    with ThreadPoolExecutor(3) as others:
        waiting = [others.submit(held.of, generation) for generation in ("5.5", "5.5", "4.5")]
        load.may_end.set()
        assert [one.result(60) for one in waiting] == ["load 1"] * 3

    assert load.count == 1


def test_a_load_that_fails_keeps_nobody_out() -> None:
    def fail() -> tuple[Generations, str]:
        raise ConnectionError

    held = HeldState(fail, longest_wait_seconds=0.01)
    for _ in range(2):
        with pytest.raises(ConnectionError):
            held.of("5.5")
