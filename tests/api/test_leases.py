"""Permits taken several at a time: never more than the limit in any hour, exactly as many at the limit, and what is not used
comes back. Each `Leases` stands for a process; Redis is real.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_redis import get_redis_connection
from hypothesis import given
from hypothesis import strategies as st

from api.front.admission import (
    FEWEST_FOR_A_LEASE,
    Admission,
    Rest,
    Told,
    Verdict,
    ask,
    forget_key,
    list_keys,
    remember_key,
    settle,
)
from api.front.lease_time import LEASE_SECONDS, wait_for_leases, waiting_once
from api.front.leases import Leases
from api.keys import create_api_key
from api.models import ApiKey
from tests.examples import trying

pytestmark = pytest.mark.django_db
ADDRESS = "192.0.2.1"
on_redis = trying(25)


def make_key(limit: int = 1000, **more: Any) -> str:
    """The hash of a key that Redis knows."""
    key: ApiKey = create_api_key(name="leased", scopes=["read"], rate_limit_per_hour=limit, **more)[0]
    remember_key(key)
    return key.key_hash


def use(process: Leases, key_hash: str) -> bool:
    """Whether a request is let through; asked again where permits are out."""
    for _ in range(4):
        told = process.take(key_hash) or process.ask(key_hash, ADDRESS)
        if isinstance(told, Told) and told.verdict == Verdict.SETTLING:
            time.sleep(told.wait_seconds)
            continue
        return isinstance(told, Admission)
    return False


def sums(key_hash: str) -> dict[str, int]:
    found = get_redis_connection("state").hgetall(f"meigara:window:{key_hash}:sums")
    return {name.decode(): int(value) for name, value in found.items()}


def entries(key_hash: str) -> list[str]:
    """Newest first."""
    return [entry.decode() for entry in get_redis_connection("state").lrange(f"meigara:window:{key_hash}", 0, -1)]


def grant(key_hash: str, wanted: int = 1, rest: Rest | None = None) -> Any:
    found = ask(key_hash, ADDRESS, wanted=wanted, rest=rest).grant
    assert found is not None
    return found


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@given(data=st.data())
@on_redis
def test_whatever_processes_do_exactly_the_limit_is_let_through(data: st.DataObject) -> None:
    limit = data.draw(st.integers(1, 300), label="limit")
    key_hash, processes = make_key(limit), [Leases(), Leases(), Leases()]
    turns = data.draw(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 90)), min_size=1, max_size=12))

    passed = sum(use(processes[process], key_hash) for process, count in turns for _ in range(count))
    wanted = sum(count for _, count in turns)
    passed += sum(use(processes[0], key_hash) for _ in range(limit))

    assert passed == limit if wanted + limit >= limit else wanted
    assert not use(processes[1], key_hash)
    assert not use(processes[2], key_hash)


def test_leases_double_while_they_are_used_up_and_the_last_are_taken_one_by_one() -> None:
    key_hash, sizes, number = make_key(200), [], 0
    process = Leases()
    while use(process, key_hash):
        number += 1
        newest = entries(key_hash)[0]
        sizes.append(int(newest.partition("*")[2] or 1))

    assert number == 200
    assert max(sizes) > 1
    assert sizes[-(FEWEST_FOR_A_LEASE - 1) :] == [1] * (FEWEST_FOR_A_LEASE - 1)


def test_who_uses_half_of_a_lease_has_the_rest_back_at_the_next_trip() -> None:
    key_hash = make_key()
    first = grant(key_hash, wanted=100)
    assert first.admission.remaining == 900

    second = grant(key_hash, wanted=10, rest=Rest(first.number, first.moment, 60))

    assert second.admission.remaining == 1000 - 40 - 10
    assert sums(key_hash)["used"] == 50


def test_what_nobody_used_comes_back_by_itself() -> None:
    key_hash, process = make_key(), Leases()
    for _ in range(40):
        assert use(process, key_hash)

    until(lambda: sums(key_hash)["used"] == 40 and not any("*" in entry for entry in entries(key_hash)))


def test_a_lease_comes_back_once() -> None:
    key_hash = make_key()
    found = grant(key_hash, wanted=100)
    grant(key_hash)
    for _ in range(3):
        settle(key_hash, Rest(found.number, found.moment, 30))

    assert sums(key_hash)["used"] == 71


@pytest.mark.parametrize(("number", "moment"), [(-1, 0), (1, 0), (0, 1)])
def test_what_redis_does_not_know_does_not_come_back(number: int, moment: int) -> None:
    key_hash = make_key()
    found = grant(key_hash, wanted=100)

    settle(key_hash, Rest(found.number + number, found.moment + moment, 60))

    assert sums(key_hash)["used"] == 100


@pytest.mark.parametrize("unused", [100, 101])
def test_no_more_comes_back_than_was_taken_beside_the_request_that_asked(unused: int) -> None:
    key_hash = make_key()
    found = grant(key_hash, wanted=100)

    settle(key_hash, Rest(found.number, found.moment, unused))

    assert sums(key_hash)["used"] == 100


def test_a_lease_counts_up_to_an_hour_after_its_last_permit_could_be_used() -> None:
    key_hash = make_key()
    redis = get_redis_connection("state")
    seconds, microseconds = redis.time()
    now = seconds * 1000 + microseconds // 1000

    found = grant(key_hash, wanted=100)

    assert now + LEASE_SECONDS * 1000 <= found.moment <= now + LEASE_SECONDS * 1000 + 10_000
    assert entries(key_hash) == [f"{found.moment}*100"]
    assert found.admission.reset_at == found.moment + 3_600_000


class LeasesNeverReturned(Leases):
    """A process whose thread that returns them has not got its turn."""

    def _return_unused(self) -> None:
        return


def test_permits_that_were_taken_end_with_the_lease() -> None:
    key_hash, process = make_key(), LeasesNeverReturned()
    for _ in range(6):
        assert isinstance(process.ask(key_hash, ADDRESS, anew=True), Admission)
    time.sleep(LEASE_SECONDS)

    assert process.look(key_hash) is None
    assert process.take(key_hash) is None


def test_a_lease_does_not_outlive_its_key() -> None:
    key_hash = make_key(expires_at=timezone.now() + timedelta(seconds=60))
    redis = get_redis_connection("state")

    def ask_just_before_its_end() -> Told:
        seconds, microseconds = redis.time()
        redis.hset(f"meigara:key:{key_hash}", "expires_at", seconds * 1000 + microseconds // 1000 + 20)
        return ask(key_hash, ADDRESS, wanted=10)

    # A busy machine may ask after its end.
    granted = next(told.grant for told in iter(ask_just_before_its_end, None) if told.grant is not None)

    assert granted.lasts_seconds <= 0.02


def test_where_none_remains_but_some_are_out_it_is_said_how_long_to_wait() -> None:
    key_hash = make_key(300)
    taken = grant(key_hash, wanted=237)
    assert taken.granted == 237
    for _ in range(63):
        grant(key_hash)

    told = ask(key_hash, ADDRESS)
    assert told.verdict == Verdict.SETTLING
    assert 0 < told.wait_seconds <= 0.25
    settle(key_hash, Rest(taken.number, taken.moment, 5))
    assert [ask(key_hash, ADDRESS).verdict for _ in range(6)] == [Verdict.PASS] * 5 + [Verdict.LIMITED]


def test_a_process_that_died_with_permits_keeps_nobody_waiting_for_long() -> None:
    key_hash = make_key(300)
    grant(key_hash, wanted=237)
    for _ in range(63):
        grant(key_hash)

    told = ask(key_hash, ADDRESS)
    time.sleep(told.wait_seconds + 0.01)

    assert ask(key_hash, ADDRESS).verdict == Verdict.LIMITED


def _has_to_be_confirmed(key_hash: str) -> None:
    get_redis_connection("state").hset(f"meigara:key:{key_hash}", "checked_at", 0)


@pytest.mark.parametrize(
    ("happens", "verdict"), [(_has_to_be_confirmed, Verdict.RECHECK), (forget_key, Verdict.UNKNOWN)]
)
@pytest.mark.parametrize("comes_again", [True, False])
def test_a_key_that_redis_cannot_vouch_for_loses_no_permits(
    happens: Callable[[str], None], verdict: Verdict, comes_again: bool
) -> None:
    stored: ApiKey = create_api_key(name="leased", scopes=["read"], rate_limit_per_hour=1000)[0]
    remember_key(stored)
    list_keys(lambda: [stored.key_hash])
    key_hash, process = stored.key_hash, Leases()
    process.ask(key_hash, ADDRESS)
    process.ask(key_hash, ADDRESS, anew=True)  # for two, of which one is used
    happens(key_hash)
    list_keys(lambda: [stored.key_hash])

    told = process.ask(key_hash, ADDRESS, anew=True)
    assert isinstance(told, Told)
    assert told.verdict == verdict
    assert process.take(key_hash) is None
    remember_key(stored)
    if comes_again:
        assert use(process, key_hash)

    until(lambda: sums(key_hash)["used"] == 2 + comes_again)


def test_windows_of_the_release_before_go_on() -> None:
    key_hash = make_key(5)
    redis = get_redis_connection("state")
    seconds, _ = redis.time()
    hour = 3600
    for age in (2 * hour, 30, 20, 10):
        redis.lpush(f"meigara:window:{key_hash}", (seconds - age) * 1000)

    assert [ask(key_hash, ADDRESS).verdict for _ in range(3)] == [Verdict.PASS, Verdict.PASS, Verdict.LIMITED]
    redis.lpush(f"meigara:window:{key_hash}", seconds * 1000)  # by a process of that release, which still runs
    assert ask(key_hash, ADDRESS).verdict == Verdict.LIMITED
    assert sums(key_hash)["used"] == 6


def test_a_window_takes_an_entry_for_a_lease_and_not_for_each_request() -> None:
    key_hash, process = make_key(100_000), Leases()
    for _ in range(2000):
        assert use(process, key_hash)
    until(lambda: not any("*" in entry for entry in entries(key_hash)))

    assert sums(key_hash)["used"] == 2000
    assert len(entries(key_hash)) < 1000


def test_changes_that_are_reported_together_are_waited_for_once() -> None:
    began = time.monotonic()
    with waiting_once():
        for _ in range(1000):
            wait_for_leases()
        took = time.monotonic() - began
    assert took < 1000 * LEASE_SECONDS
    assert time.monotonic() - began >= LEASE_SECONDS

    began = time.monotonic()
    with waiting_once():
        for _ in range(200):
            with waiting_once():  # a part of what is reported together
                wait_for_leases()
        took = time.monotonic() - began
    assert took < 200 * LEASE_SECONDS
    assert time.monotonic() - began >= LEASE_SECONDS

    began = time.monotonic()
    with waiting_once():
        pass
    wait_for_leases()
    assert time.monotonic() - began >= LEASE_SECONDS
