"""Whether a request is let in: key, rate limit and the name of its answer, asked of Redis in one round trip; where this process
does not hold that answer itself, a second one goes to the cache's Redis.

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

from api.front.answer_store import PREFIX as _ENTRY
from api.front.answer_store import look_up
from api.front.redis_connection import state_redis
from api.generations import FAMILIES, GENERATIONS_KEY
from api.models import ApiKey

#: Where Django finds what was learnt ahead of it, in `request.META`; and where it leaves the name of its endpoint.
ADMISSION, REQUEST_ID, ENDPOINT = "meigara.admission", "meigara.request_id", "meigara.endpoint"

WINDOW_SECONDS = 3600
#: A key that was valid is believed for so long where the database cannot be asked.
_BELIEVED_SECONDS = 3600
_RECHECK_SECONDS = 60
#: The list of valid keys is made anew so often, though each change publishes it: Redis may have been away then.
_LISTED_SECONDS = 60
_NEVER = 2**53

_PREFIX = settings.CACHES["state"]["KEY_PREFIX"]
_SCRIPT = Script(None, Path(__file__).with_name("admission.lua").read_bytes())  # type: ignore[arg-type] # needed for texts only
_LIST, _LIST_NUMBER = f"{_PREFIX}:keys", f"{_PREFIX}:keys-number"
_CONSTANTS = (WINDOW_SECONDS * 1000, _RECHECK_SECONDS * 1000)
# As the script takes them; nothing where nothing is cached.
_PARTS = {"": "", **{family: ",".join(parts) for family, parts in FAMILIES.items()}}


class Verdict(StrEnum):
    """What is to be done with a request."""

    UNKNOWN = "unknown"  # the key is not known here: ask the database
    UNLISTED = (
        "unlisted"  # not known, and nobody can say yet that it is wrong: the list of all keys has to be published
    )
    WRONG = "wrong"  # none of the valid keys
    RECHECK = "recheck"  # known, but to be confirmed by the database
    LIMITED = "limited"  # too many requests
    PASS = "pass"  # noqa: S105 let through, nothing cached for it
    UNPUBLISHED = "unpublished"  # let through; the generations have to be published
    HIT = "hit"
    HELD = "held"  # the one that this process holds is the right one
    BUILD = "build"  # let through, to build the answer for all
    WAIT = "wait"  # let through, while another builds the answer


class KnownKey(NamedTuple):
    """What is known of a valid key without the database."""

    pk: int
    name: str
    prefix: str
    scopes: tuple[str, ...]


class Admission(NamedTuple):
    """The script's answer. `reset_at` and `now` are milliseconds since 1970 by Redis's clock. `remaining` is -1 for a wrong
    key of an address that sent too many.
    """

    verdict: str
    key: KnownKey | None = None
    limit: int = 0
    remaining: int = 0
    reset_at: int = 0
    entry: str = ""
    etag: str = ""
    link: str = ""
    state: str = ""
    revision: str = ""
    body: bytes = b""
    is_gzip: bool = False
    now: int = 0

    @property
    def generation(self) -> str:
        """The generation that the entry belongs to; its data was published before this request came in."""
        return self.entry[len(_ENTRY) :].partition(":")[0]


class Wanted(NamedTuple):
    """The cached answer that a request asks for; nothing by default. Without a logical key, only the generation."""

    family: str = ""
    logical_key: str = ""
    held_entry: str = ""
    accepts_gzip: bool = False


def admit(key_hash: str, wanted: Wanted, address: str) -> Admission:
    """Ask. A request that is let through is counted, and so is a wrong key, by its address. Raises `redis.RedisError`, of
    them `OutOfMemoryError` where it could not be counted for lack of memory.
    """
    answer: list[Any] = state_redis.run(
        _SCRIPT, 5, f"{_PREFIX}:key:{key_hash}", f"{_PREFIX}:window:{key_hash}", GENERATIONS_KEY, _LIST,
        f"{_PREFIX}:wrong-keys:{address}", *_CONSTANTS, _PARTS[wanted.family], _ENTRY, wanted.logical_key, key_hash,
        settings.WRONG_API_KEYS.per_address, settings.WRONG_API_KEYS.window_seconds * 1000,
    )  # fmt: skip
    verdict = answer[0].decode()
    if len(answer) == 1:
        return Admission(verdict)
    if verdict == Verdict.WRONG:
        return Admission(verdict, remaining=answer[1], reset_at=answer[2], now=answer[3])
    key = _read_record(answer[1])
    if len(answer) == 2:
        return Admission(verdict, key)
    limit, remaining, reset_at = answer[2:5]
    if verdict == Verdict.LIMITED:
        return Admission(verdict, key, limit, remaining, reset_at, now=answer[5])
    entry = answer[5].decode() if len(answer) > 5 else ""
    if entry and entry == wanted.held_entry:
        verdict = Verdict.HELD
    return Admission(verdict, key, limit, remaining, reset_at, entry)


def find_entry(admission: Admission, wanted: Wanted) -> Admission:
    """The admission with the answer that the cache has, or the part that falls to this request. Raises `redis.RedisError`."""
    if admission.verdict != Verdict.PASS or not admission.entry or not wanted.logical_key:
        return admission
    verdict, *found = look_up(admission.entry, accepts_gzip=wanted.accepts_gzip)
    if not found:
        return admission._replace(verdict=verdict.decode())
    etag, link, state, revision, body, is_gzip = found
    return admission._replace(
        verdict=verdict.decode(), etag=etag.decode(), link=link.decode(), state=state.decode(),
        revision=revision.decode(), body=body,
        is_gzip=bool(is_gzip),
    )  # fmt: skip


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
