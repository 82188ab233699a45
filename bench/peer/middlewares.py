"""What every request passes, from the outside in: the line in the log, key and limit, the answer that is kept."""

import hashlib
import json
import logging
import sys
import time
import uuid
from datetime import UTC, datetime

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import or_, select
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint

from bench.peer.connections import redis, sessions
from bench.peer.tables import ApiKey

_ANSWER_SECONDS, _KEY_SECONDS = 1800, 300
# A minute, so that the set of a measurement stays as small as that of a product with limits.
_WINDOW_SECONDS = 60

logger = logging.getLogger("peer")
logger.addHandler(logging.StreamHandler(sys.stderr))
logger.setLevel(logging.INFO)
logger.propagate = False


class RequestLog(BaseHTTPMiddleware):
    """A line of JSON for each request."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        started, request_id = time.perf_counter(), uuid.uuid4().hex[:16]
        response = await call_next(request)
        line = {
            "event": "api_request",
            "method": request.method,
            "path": request.url.path,
            "status": response.status_code,
            "duration_ms": round((time.perf_counter() - started) * 1000, 2),
            "address": request.client.host if request.client else None,
            "request_id": request_id,
            "level": "info",
            "timestamp": datetime.now(UTC).isoformat(),
        }
        logger.info(json.dumps(line, ensure_ascii=False))
        response.headers["X-Request-ID"] = request_id
        return response


class RateLimit(BaseHTTPMiddleware):
    """A sliding window for each key: one member of a sorted set for each request of the last minute, in one trip."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        key_hash = hashlib.sha256(request.headers.get("x-api-key", "").encode()).hexdigest()
        limit = await _find_limit(key_hash)
        if limit is None:
            return _error(401, "INVALID_API_KEY")
        now, name = time.time(), f"rate:{key_hash}"
        async with redis.pipeline(transaction=True) as trip:
            trip.zremrangebyscore(name, 0, now - _WINDOW_SECONDS)
            trip.zadd(name, {uuid.uuid4().bytes: now})
            trip.zcard(name)
            trip.expire(name, _WINDOW_SECONDS)
            _, _, count, _ = await trip.execute()
        if count > limit:
            return _error(429, "RATE_LIMIT_EXCEEDED")
        response = await call_next(request)
        response.headers["X-RateLimit-Limit"] = str(limit)
        response.headers["X-RateLimit-Remaining"] = str(limit - count)
        response.headers["X-RateLimit-Reset"] = str(int(now) + _WINDOW_SECONDS)
        return response


class AnswerCache(BaseHTTPMiddleware):
    """The body of each good answer, by path and query."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        question = hashlib.md5(f"{request.url.path}?{request.url.query}".encode(), usedforsecurity=False)
        name = f"answer:{question.hexdigest()}"
        kept = await redis.get(name)
        if kept is not None:
            return Response(kept, media_type="application/json", headers={"X-Cache": "HIT"})
        response = await call_next(request)
        if response.status_code != 200:
            return response
        body = b"".join([part async for part in response.body_iterator])  # type: ignore[attr-defined]
        await redis.set(name, body, ex=_ANSWER_SECONDS)
        return Response(body, media_type="application/json", headers={"X-Cache": "MISS"})


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
