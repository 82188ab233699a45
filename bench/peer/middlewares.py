"""What every request passes, from the outside in: the line in the log, key and limit, the answer that is kept.

Written against ASGI itself, as Starlette advises where it matters: its `BaseHTTPMiddleware` would make the peer slower.
"""

import hashlib
import json
import logging
import sys
import time
import uuid
from datetime import UTC, datetime

from fastapi import Response
from fastapi.responses import JSONResponse
from sqlalchemy import or_, select
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bench.peer.connections import redis, sessions
from bench.peer.tables import ApiKey

_ANSWER_SECONDS, _KEY_SECONDS = 1800, 300
# A minute, so that the set of a measurement stays as small as that of a product with limits.
_WINDOW_SECONDS = 60

logger = logging.getLogger("peer")
logger.addHandler(logging.StreamHandler(sys.stderr))
logger.setLevel(logging.INFO)
logger.propagate = False


class RequestLog:
    """A line of JSON for each request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, request_id, status = time.perf_counter(), uuid.uuid4().hex[:16], 0

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        await self._app(scope, receive, send_named)
        line = {
            "event": "api_request",
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "duration_ms": round((time.perf_counter() - started) * 1000, 2),
            "address": scope["client"][0] if scope["client"] else None,
            "request_id": request_id,
            "level": "info",
            "timestamp": datetime.now(UTC).isoformat(),
        }
        logger.info(json.dumps(line, ensure_ascii=False))


class RateLimit:
    """A sliding window for each key: one member of a sorted set for each request of the last minute, in one trip."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        key_hash = hashlib.sha256(Headers(scope=scope).get("x-api-key", "").encode()).hexdigest()
        limit = await _find_limit(key_hash)
        if limit is None:
            await _error(401, "INVALID_API_KEY")(scope, receive, send)
            return
        now = time.time()
        count = await _count_request(f"rate:{key_hash}", now)
        if count > limit:
            await _error(429, "RATE_LIMIT_EXCEEDED")(scope, receive, send)
            return

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-RateLimit-Limit"] = str(limit)
                headers["X-RateLimit-Remaining"] = str(limit - count)
                headers["X-RateLimit-Reset"] = str(int(now) + _WINDOW_SECONDS)
            await send(message)

        await self._app(scope, receive, send_counted)


class AnswerCache:
    """The body of each good answer, by path and query."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        question = hashlib.md5(scope["path"].encode() + b"?" + scope["query_string"], usedforsecurity=False)
        name = f"answer:{question.hexdigest()}"
        kept = await redis.get(name)
        if kept is not None:
            await Response(kept, media_type="application/json", headers={"X-Cache": "HIT"})(scope, receive, send)
            return
        status, parts = 0, []

        async def send_kept(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                parts.append(message.get("body", b""))
            await send(message)

        await self._app(scope, receive, send_kept)
        if status == 200:
            await redis.set(name, b"".join(parts), ex=_ANSWER_SECONDS)


async def _count_request(name: str, now: float) -> int:
    """How many of the window there are with this one."""
    async with redis.pipeline(transaction=True) as trip:
        trip.zremrangebyscore(name, 0, now - _WINDOW_SECONDS)
        trip.zadd(name, {uuid.uuid4().bytes: now})
        trip.zcard(name)
        trip.expire(name, _WINDOW_SECONDS)
        _, _, count, _ = await trip.execute()
    return int(count)


async def _find_limit(key_hash: str) -> int | None:
    """Of a valid key; from Redis, and from the database once in five minutes."""
    kept = await redis.get(f"key:{key_hash}")
    if kept is not None:
        return int(kept)
    now = datetime.now(UTC)
    valid = select(ApiKey.rate_limit_per_hour).where(
        ApiKey.key_hash == key_hash,
        ApiKey.revoked_at.is_(None),
        or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now),
    )
    async with sessions() as session:
        limit = (await session.execute(valid)).scalar_one_or_none()
    if limit is not None:
        await redis.set(f"key:{key_hash}", limit, ex=_KEY_SECONDS)
    return limit


def _error(status: int, code: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": code, "details": {}}}, status)
