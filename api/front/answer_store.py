"""Answers in the cache's Redis: the bytes as they are sent, with their ETag, once plain and once compressed.

They are bounded here, whatever that server would hold: one by one, and all of a family of tables together. Which ones
there are is known by family and generation, so that all of a generation go when the next one is published.
"""

import hashlib
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from django.conf import settings
from django_redis import get_redis_connection
from redis.commands.core import Script

from api.front.cached_routes import Built
from api.front.compression import WORTH_COMPRESSING, compress
from api.front.redis_connection import answers_redis

PREFIX = f"{settings.CACHES['default']['KEY_PREFIX']}:answer:"
_INDEX = f"{settings.CACHES['default']['KEY_PREFIX']}:answers"
#: What is larger is made anew each time; a list of 1,000 companies has half of that.
MAX_ENTRY_BYTES = 1024 * 1024
#: Of one family's answers; the oldest make room.
MAX_FAMILY_BYTES = 64 * 1024 * 1024
# As long as the longest of the times that answers are kept.
_INDEX_SECONDS = 86_400
_BUILD_SECONDS = 10
_DROPPED_AT_ONCE = 500

# KEYS 1 the entry, 2 its lock; ARGV 1 '1' where gzip is understood, 2 how long one may build, in ms.
_FIND = Script(
    None,  # type: ignore[arg-type] # needed for texts only
    b"""
local found = redis.call('HMGET', KEYS[1], 'etag', 'link', 'state', 'revision', 'modified')
if found[3] then
    local packed = ARGV[1] == '1' and redis.call('HGET', KEYS[1], 'gzip')
    return {'hit', found[1], found[2], found[3], found[4] or '', found[5] or '0', packed or redis.call('HGET', KEYS[1], 'body'), packed and 1 or 0}
end
return {redis.call('SET', KEYS[2], '1', 'NX', 'PX', ARGV[2]) and 'build' or 'wait'}
""",
)

# KEYS 1 the entry, 2 its lock, 3 the entries of its generation, oldest first, 4 their bytes, 5 the family's generations;
# ARGV 1 etag, 2 link, 3 body, 4 gzip, 5 seconds, 6 generation, 7 the family's bound, 8 seconds of the index, 9 state,
# 10 revision, 11 modified.
_STORE = """
redis.call('UNLINK', KEYS[2])
local size = #ARGV[3] + #ARGV[4] + 256
local total = redis.call('INCRBY', KEYS[4], size)
while total > tonumber(ARGV[7]) do
    local oldest = redis.call('LPOP', KEYS[3])
    if not oldest then
        redis.call('SET', KEYS[4], size)
        break
    end
    local gap = string.find(oldest, ' ', 1, true)
    redis.call('UNLINK', string.sub(oldest, gap + 1))
    total = redis.call('DECRBY', KEYS[4], string.sub(oldest, 1, gap - 1))
end
redis.call('HSET', KEYS[1], 'etag', ARGV[1], 'link', ARGV[2], 'state', ARGV[9], 'revision', ARGV[10], 'modified', ARGV[11], 'body', ARGV[3])
if ARGV[4] ~= '' then
    redis.call('HSET', KEYS[1], 'gzip', ARGV[4])
end
redis.call('EXPIRE', KEYS[1], ARGV[5], 'NX')
redis.call('RPUSH', KEYS[3], size .. ' ' .. KEYS[1])
redis.call('SADD', KEYS[5], ARGV[6])
for position = 3, 5 do
    redis.call('EXPIRE', KEYS[position], ARGV[8])
end
"""


class Part(StrEnum):
    """What falls to a request whose answer may be in the cache."""

    HIT = "hit"
    BUILD = "build"
    WAIT = "wait"  # another builds it


class StoredAnswer(NamedTuple):
    """A successful answer. `gzip` is empty where compressing is not worth it, `state` and `revision` where the endpoint has none.
    `modified` is the second since 1970 at which what it is of came; 0 where that is not known.
    """

    etag: str
    link: str
    body: bytes
    gzip: bytes
    state: str = ""
    revision: str = ""
    modified: int = 0


def make_answer(built: Built, *, accepts_gzip: bool, modified: int = 0) -> StoredAnswer:
    """The answer with that body; compressed only if its first caller has use for it."""
    body = built.body
    packed = compress(body) if accepts_gzip and len(body) >= WORTH_COMPRESSING else b""
    etag = hashlib.blake2b(body, digest_size=16).hexdigest()
    return StoredAnswer(etag, built.link, body, packed, built.state, built.revision, modified)


def compress_for(answer: StoredAnswer) -> StoredAnswer:
    """The same answer, or one with its compressed form too where that is worth it."""
    if answer.gzip or len(answer.body) < WORTH_COMPRESSING:
        return answer
    return answer._replace(gzip=compress(answer.body))


def look_up(entry: str, *, accepts_gzip: bool) -> tuple[Part, StoredAnswer | None]:
    """The answer, in one of its forms, or what is to be done. Raises `redis.RedisError`."""
    part, *found = answers_redis.run(
        _FIND, 2, entry, _lock(entry), "1" if accepts_gzip else "", _BUILD_SECONDS * 1000
    )  # fmt: skip
    if not found:
        return Part(part.decode()), None
    etag, link, state, revision, modified, body, is_packed = found
    plain, packed = (b"", body) if is_packed else (body, b"")
    texts = etag.decode(), link.decode(), plain, packed, state.decode(), revision.decode()
    return Part.HIT, StoredAnswer(*texts, int(modified))


def store_answer(
    family: str, entry: str, answer: StoredAnswer, ttl_seconds: int, *, max_family_bytes: int = MAX_FAMILY_BYTES
) -> None:
    """Keep an answer and let those who wait for it have it. Raises `redis.RedisError`."""
    if len(answer.body) + len(answer.gzip) > MAX_ENTRY_BYTES:
        stop_building(entry)
        return
    generation = entry[len(PREFIX) :].partition(":")[0]
    index = _index(family, generation)
    answers_redis.tell(
        (
            "EVAL", _STORE, 5, entry, _lock(entry), index, f"{index}:bytes", f"{_INDEX}:{family}", answer.etag, answer.link,
            answer.body, answer.gzip, ttl_seconds, generation, max_family_bytes, _INDEX_SECONDS, answer.state,
            answer.revision, answer.modified,
        )
    )  # fmt: skip


def find_answer(entry: str) -> tuple[StoredAnswer | None, bool]:
    """The answer, and whether somebody is still building it. Raises `redis.RedisError`."""
    # In this order: who stops building has put the answer down before.
    is_building = bool(answers_redis.ask(("EXISTS", _lock(entry))))
    fields = answers_redis.ask(("HMGET", entry, "etag", "link", "state", "revision", "modified", "body", "gzip"))
    if fields[0] is None or fields[2] is None:
        return None, is_building
    etag, link, state, revision, modified, body, packed = fields
    texts = etag.decode(), link.decode(), body, packed or b"", state.decode(), (revision or b"").decode()
    return StoredAnswer(*texts, int(modified or 0)), False


def stop_building(entry: str) -> None:
    """There will be no answer to keep: let the next one try. Raises `redis.RedisError`."""
    answers_redis.tell(("DEL", _lock(entry)))


def drop_old_answers(family: str, current: str) -> None:
    """Forget the answers of all generations of a family but the current one. Raises `redis.RedisError`."""
    client = get_redis_connection("default")
    for found in client.smembers(f"{_INDEX}:{family}"):
        if (generation := found.decode()) == current:
            continue
        index = _index(family, generation)
        while entries := client.lpop(index, _DROPPED_AT_ONCE):
            # Redis frees what is unlinked beside its other work.
            client.unlink(*_names(entries))
        client.unlink(f"{index}:bytes")
        client.srem(f"{_INDEX}:{family}", generation)


def _names(entries: Iterable[bytes]) -> list[bytes]:
    return [entry.partition(b" ")[2] for entry in entries]


def _index(family: str, generation: str) -> str:
    return f"{_INDEX}:{family}:{generation}"


def _lock(entry: str) -> str:
    return f"{entry}:building"
