"""What a process remembers has bounds."""

import threading
from functools import partial

from companies.api.remembered import BoundedMemory

BESIDE = 400


def test_what_was_asked_for_last_stays_and_what_is_too_much_goes() -> None:
    memory, made = BoundedMemory(3 * (BESIDE + 10), len), []

    def make(name: str) -> bytes:
        made.append(name)
        return b"x" * 10

    for name in ("a", "b", "c", "a", "d", "a", "b"):
        assert memory.get(name, partial(make, name)) == b"x" * 10

    assert made == ["a", "b", "c", "d", "b"]
    assert memory.bytes_held == 3 * (BESIDE + 10)


def test_things_of_no_size_are_not_held_without_end() -> None:
    memory = BoundedMemory(10 * BESIDE, len)
    for number in range(1000):
        memory.get(number, bytes)
    assert memory.bytes_held == 10 * BESIDE


def test_one_thing_that_is_larger_than_all_may_be_is_given_and_not_held() -> None:
    memory = BoundedMemory(1000, len)
    assert memory.get("large", lambda: b"x" * 1001) == b"x" * 1001
    assert memory.bytes_held == 0


def test_what_two_make_at_the_same_time_is_reckoned_once() -> None:
    memory, meet = BoundedMemory(10_000, len), threading.Barrier(2)

    def make() -> bytes:
        meet.wait(10)
        return b"x" * 100

    threads = [threading.Thread(target=memory.get, args=("one", make)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert memory.bytes_held == BESIDE + 100
