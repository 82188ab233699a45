"""Whether a request is let in: its key and its rate limit, asked of Redis in one round trip, which also tells the published
generations; a trip may take several requests' permits (`api.front.leases`).

The sliding window is exact and atomic, because the script is one step for Redis and takes Redis's own clock: whichever
process a request reaches, of `limit` + 1 within an hour one is refused. A library's limiter would need two more round
trips (the hit, and the numbers for the headers).
"""

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import redis
from django.conf import settings
from django_redis import get_redis_connection
from redis.commands.core import Script

from api.front.lease_time import LEASE_SECONDS
from api.front.redis_connection import state_redis
from api.generations import FAMILIES, GENERATIONS_KEY, Generations
from api.models import ApiKey

#: Where Django finds what was learnt ahead of it, in `request.META`; and where it leaves the name of its endpoint.
ADMISSION, REQUEST_ID, ENDPOINT = "meigara.admission", "meigara.request_id", "meigara.endpoint"
#: Where a request that was made inside this process says what it is counted and logged as, instead of its endpoint.
LABEL = "meigara.label"
#: Whose generation an answer is of (`api.generations`).
FAMILY = "meigara.family"

WINDOW_SECONDS = 3600
#: A key that was valid is believed for so long where the database cannot be asked.
_BELIEVED_SECONDS = 3600
_RECHECK_SECONDS = 60
#: The list of valid keys is made anew so often, though each change publishes it: Redis may have been away then.
_LISTED_SECONDS = 60
#: Where fewer remain, each request asks for itself: what other processes have taken and not used could be the last.
FEWEST_FOR_A_LEASE = 64
#: A lease that was not used up is told of by its process right after its time; one that ended without telling is waited for so long.
_UNSETTLED_MS = 200
_NEVER = 2**53

_PREFIX = settings.CACHES["state"]["KEY_PREFIX"]


def _read_script(name: str) -> Script:
    """With what both have in common ahead of it."""
    text = b"\n".join(Path(__file__).with_name(part).read_bytes() for part in ("window.lua", name))
    return Script(None, text)  # type: ignore[arg-type] # needed for texts only


_ADMIT, _SETTLE = _read_script("admission.lua"), _read_script("settle.lua")
_LIST, _LIST_NUMBER = f"{_PREFIX}:keys", f"{_PREFIX}:keys-number"
_CONSTANTS = (WINDOW_SECONDS * 1000, _RECHECK_SECONDS * 1000, ",".join(Generations._fields))
_LEASE_MS = int(LEASE_SECONDS * 1000)
_PLACES = {family: tuple(Generations._fields.index(part) for part in parts) for family, parts in FAMILIES.items()}


class Verdict(StrEnum):
    """What is to be done with a request."""

    UNKNOWN = "unknown"  # the key is not known here: ask the database
    UNLISTED = (
        "unlisted"  # not known, and nobody can say yet that it is wrong: the list of all keys has to be published
    )
    WRONG = "wrong"  # none of the valid keys
    RECHECK = "recheck"  # known, but to be confirmed by the database
    SETTLING = "settling"  # none remains, but some that others have taken may come back in a moment
    LIMITED = "limited"  # too many requests
    FULL = "full"  # it cannot be counted for lack of memory
    PASS = "pass"  # noqa: S105 let through


class KnownKey(NamedTuple):
    """What is known of a valid key without the database."""

    pk: int
    name: str
    prefix: str
    scopes: tuple[str, ...]


class Admission(NamedTuple):
    """How a key that is valid stands. `reset_at` and `now` are milliseconds since 1970 by Redis's clock. `numbers` are those of
    the generations that were published, in the order of `Generations`; none for a key that may not read.
    """

    key: KnownKey
    limit: int
    remaining: int
    reset_at: int
    now: int
    numbers: tuple[str | None, ...] = ()

    def generation_of(self, family: str) -> str:
        """The generation that answers of a family belong to; its data was published before this request came in. Empty where
        the key may not read, or nobody has published yet.
        """
        numbers = [self.numbers[place] for place in _PLACES[family]] if self.numbers else []
        return "" if None in numbers else ".".join(numbers)  # type: ignore[arg-type] # checked just before


class Rest(NamedTuple):
    """What a lease did not use. Redis knows it by its number and moment (`window.lua`)."""

    number: int
    moment: int
    unused: int


class Grant(NamedTuple):
    """What Redis grants: the request that asks, and so many in all within `lasts_seconds` from when it was asked."""

    admission: Admission
    granted: int
    number: int
    moment: int
    lasts_seconds: float


class Told(NamedTuple):
    """What Redis says: a grant, or why there is none. `wait_seconds` until it is worth asking again; for a wrong key only where its
    address sent too many.
    """

    verdict: Verdict
    grant: Grant | None = None
    refused: Admission | None = None
    wait_seconds: float = 0


def ask(key_hash: str, address: str, *, wanted: int = 1, rest: Rest | None = None) -> Told:
    """Ask for so many permits, and give back what was not used before. What is granted counts from now on, and so does a wrong
    key, by its address. Raises `redis.RedisError`.
    """
    try:
        answer = _ask(key_hash, address, wanted, rest)
    except redis.exceptions.OutOfMemoryError:
        return Told(Verdict.FULL)
    verdict = Verdict(answer[0].decode())
    if verdict == Verdict.WRONG:
        remaining, fits_at, now = answer[1:]
        return Told(verdict, wait_seconds=(fits_at - now) / 1000 if remaining < 0 else 0)
    if verdict in (Verdict.UNKNOWN, Verdict.UNLISTED, Verdict.RECHECK):
        return Told(verdict)
    key, (limit, remaining, reset_at, now) = _read_record(answer[1]), answer[2:6]
    if verdict != Verdict.PASS:
        refused = Admission(key, limit, 0, reset_at, now)
        wait_ms = answer[6] if verdict == Verdict.SETTLING else reset_at - now
        return Told(verdict, refused=refused, wait_seconds=wait_ms / 1000)
    granted, number, moment, lasts_ms = answer[6:10]
    numbers = tuple(None if found is None else found.decode() for found in answer[10:])
    admission = Admission(key, limit, remaining, reset_at, now, numbers)
    return Told(verdict, Grant(admission, granted, number, moment, lasts_ms / 1000))


def _ask(key_hash: str, address: str, wanted: int, rest: Rest | None) -> list[Any]:
    wrong = f"{_PREFIX}:wrong-keys:{address}"
    answer: list[Any] = state_redis.run(
        _ADMIT, 7, f"{_PREFIX}:key:{key_hash}", *_window(key_hash), GENERATIONS_KEY, _LIST, wrong, f"{wrong}:sums",
        *_CONSTANTS, key_hash, settings.WRONG_API_KEYS.per_address, settings.WRONG_API_KEYS.window_seconds * 1000,
        wanted, _LEASE_MS, FEWEST_FOR_A_LEASE, _UNSETTLED_MS, *(rest or ("", "", "")),
    )  # fmt: skip
    return answer


def settle(key_hash: str, rest: Rest) -> None:
    """Give back what a lease did not use. Raises `redis.RedisError`."""
    get_redis_connection("state").eval(_SETTLE.script, 2, *_window(key_hash), WINDOW_SECONDS * 1000, *rest)


def _window(key_hash: str) -> tuple[str, str]:
    window = f"{_PREFIX}:window:{key_hash}"
    return window, f"{window}:sums"


def remember_key(key: ApiKey) -> None:
    """Have Redis know a key that the database just called valid. Raises `redis.RedisError`."""
    client = get_redis_connection("state")
    seconds, microseconds = client.time()
    name = f"{_PREFIX}:key:{key.key_hash}"
    record = {
        "record": json.dumps([key.pk, key.name, key.prefix, key.scopes]),
        "limit": key.rate_limit_per_hour,
        "expires_at": int(key.expires_at.timestamp() * 1000) if key.expires_at else _NEVER,
        "checked_at": seconds * 1000 + microseconds // 1000,
        "may_read": int("read" in key.scopes),
    }
    client.pipeline().hset(name, mapping=record).expire(name, _BELIEVED_SECONDS).execute()


def forget_key(key_hash: str) -> None:
    """Have the next request with that key ask the database. Raises `redis.RedisError`."""
    pipeline = get_redis_connection("state").pipeline()
    pipeline.delete(f"{_PREFIX}:key:{key_hash}", _LIST).incr(_LIST_NUMBER).execute()


def list_keys(read_hashes: Callable[[], Iterable[str]]) -> None:
    """Publish which keys there are, unless one changed since they were read. Raises `redis.RedisError`."""
    client = get_redis_connection("state")
    with client.pipeline() as pipeline:
        pipeline.watch(_LIST_NUMBER)
        hashes = list(read_hashes())
        pipeline.multi()
        # Never empty: a list without keys is one, too.
        pipeline.sadd(_LIST, "", *hashes).expire(_LIST, _LISTED_SECONDS)
        with suppress(redis.WatchError):
            pipeline.execute()


def _read_record(record: bytes) -> KnownKey:
    pk, name, prefix, scopes = json.loads(record)
    return KnownKey(pk, name, prefix, tuple(scopes))
