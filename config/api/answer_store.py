"""Answers in Redis: the bytes as they are sent, with their ETag, once plain and once compressed."""

import hashlib
from typing import NamedTuple

from config.api.compression import WORTH_COMPRESSING, compress
from config.api.redis_lane import lane


class StoredAnswer(NamedTuple):
    """A successful answer. `gzip` is empty where compressing is not worth it, `state` where the endpoint has none."""

    etag: str
    link: str
    body: bytes
    gzip: bytes
    state: str = ""


def make_answer(body: bytes, link: str, state: str, *, accepts_gzip: bool) -> StoredAnswer:
    """The answer with that body; compressed only if its first caller has use for it."""
    packed = compress(body) if accepts_gzip and len(body) >= WORTH_COMPRESSING else b""
    return StoredAnswer(hashlib.blake2b(body, digest_size=16).hexdigest(), link, body, packed, state)


def compress_for(answer: StoredAnswer) -> StoredAnswer:
    """The same answer, or one with its compressed form too where that is worth it."""
    if answer.gzip or len(answer.body) < WORTH_COMPRESSING:
        return answer
    return answer._replace(gzip=compress(answer.body))


def store_answer(entry: str, answer: StoredAnswer, ttl_seconds: int) -> None:
    """Keep an answer and let those who wait for it have it. Raises `redis.RedisError`."""
    packed = ("gzip", answer.gzip) if answer.gzip else ()
    lane.tell(
        ("HSET", entry, "etag", answer.etag, "link", answer.link, "state", answer.state, "body", answer.body, *packed),
        ("EXPIRE", entry, ttl_seconds, "NX"),
        ("DEL", _lock(entry)),
    )


def find_answer(entry: str) -> tuple[StoredAnswer | None, bool]:
    """The answer, and whether somebody is still building it. Raises `redis.RedisError`."""
    # In this order: who stops building has put the answer down before.
    is_building = bool(lane.ask(("EXISTS", _lock(entry))))
    fields = lane.ask(("HMGET", entry, "etag", "link", "state", "body", "gzip"))
    if fields[0] is None or fields[2] is None:
        return None, is_building
    etag, link, state, body, packed = fields
    return StoredAnswer(etag.decode(), link.decode(), body, packed or b"", state.decode()), False


def stop_building(entry: str) -> None:
    """There will be no answer to keep: let the next one try. Raises `redis.RedisError`."""
    lane.tell(("DEL", _lock(entry)))


def _lock(entry: str) -> str:
    return f"{entry}:building"
