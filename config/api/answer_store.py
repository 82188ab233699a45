"""Answers in Redis: the bytes as they are sent, with their ETag, once plain and once compressed."""

import gzip
import hashlib
from typing import NamedTuple

from config.api.redis_lane import lane

# Below this a compressed body saves no packet.
_WORTH_COMPRESSING = 1400
# Level 1 takes a third of the time of the usual 6, for a body that is a tenth larger.
_LEVEL = 1


class StoredAnswer(NamedTuple):
    """A successful answer. `gzip` is empty where compressing is not worth it."""

    etag: str
    link: str
    body: bytes
    gzip: bytes


def make_answer(body: bytes, link: str, *, accepts_gzip: bool) -> StoredAnswer:
    """The answer with that body; compressed only if its first caller has use for it."""
    packed = gzip.compress(body, _LEVEL, mtime=0) if accepts_gzip and len(body) >= _WORTH_COMPRESSING else b""
    return StoredAnswer(hashlib.blake2b(body, digest_size=16).hexdigest(), link, body, packed)


def compress_for(answer: StoredAnswer) -> StoredAnswer:
    """The same answer, or one with its compressed form too where that is worth it."""
    if answer.gzip or len(answer.body) < _WORTH_COMPRESSING:
        return answer
    return answer._replace(gzip=gzip.compress(answer.body, _LEVEL, mtime=0))


def store_answer(entry: str, answer: StoredAnswer, ttl_seconds: int) -> None:
    """Keep an answer and let those who wait for it have it. Raises `redis.RedisError`."""
    packed = ("gzip", answer.gzip) if answer.gzip else ()
    lane.tell(
        ("HSET", entry, "etag", answer.etag, "link", answer.link, "body", answer.body, *packed),
        ("EXPIRE", entry, ttl_seconds, "NX"),
        ("DEL", _lock(entry)),
    )


def find_answer(entry: str) -> tuple[StoredAnswer | None, bool]:
    """The answer, and whether somebody is still building it. Raises `redis.RedisError`."""
    # In this order: who stops building has put the answer down before.
    is_building = bool(lane.ask(("EXISTS", _lock(entry))))
    fields = lane.ask(("HMGET", entry, "etag", "link", "body", "gzip"))
    if fields[0] is None:
        return None, is_building
    etag, link, body, packed = fields
    return StoredAnswer(etag.decode(), link.decode(), body, packed or b""), False


def stop_building(entry: str) -> None:
    """There will be no answer to keep: let the next one try. Raises `redis.RedisError`."""
    lane.tell(("DEL", _lock(entry)))


def _lock(entry: str) -> str:
    return f"{entry}:building"
