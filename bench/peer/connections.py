"""Connections to PostgreSQL and Redis, as many in each process as the product has: eight, and two for each of them."""

import os
from collections.abc import AsyncIterator

from redis.asyncio import BlockingConnectionPool, Redis
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

_POOL_SIZE = 8

engine = create_async_engine(
    make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+asyncpg"),
    pool_size=_POOL_SIZE,
    max_overflow=0,
    # The last of 256 who wait is served, not refused.
    pool_timeout=120,
)
sessions = async_sessionmaker(engine, expire_on_commit=False)
redis = Redis(
    connection_pool=BlockingConnectionPool.from_url(
        os.environ["REDIS_URL"], max_connections=2 * _POOL_SIZE, timeout=None, decode_responses=False
    )
)


async def get_session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session
