"""A role of the database that can be kept out without touching anybody else's connections (`visitor_url`)."""

import psycopg
from psycopg import sql

from tests.server import database_url

ROLE = "visitor"


def command(words: str) -> None:
    """As the operator of the database server."""
    with psycopg.connect(database_url(), autocommit=True) as operator:
        operator.execute(sql.SQL(words))


def end_connections() -> None:
    command(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{ROLE}'")
