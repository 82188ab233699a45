"""The design that this product came from, as it is usually built, to compare with: FastAPI on uvicorn, SQLAlchemy on asyncpg,
redis.asyncio, and three middlewares. It reads the product's own tables, and writes nothing.

A program of its own, in an environment of its own (`bench/requirements.in`): it imports nothing of the product, and nobody
imports it. What it leaves out, the product does beside: generations, entity tags, metrics, filters, past days, official days.
"""
