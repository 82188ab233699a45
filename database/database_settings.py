"""Django's entry for the database: where it is, how many connections, and how long a statement may take."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environ import Env
from psycopg.conninfo import conninfo_to_dict

from database.process_kind import ProcessKind

#: How long a request waits for a free connection before it is told that the database is not available.
_POOL_TIMEOUT_SECONDS = 1.5
_CONNECT_TIMEOUT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Bounds on what one process asks of the database. The times hold for web processes; 0 is without end."""

    pool_size: int
    statement_timeout_seconds: float
    lock_timeout_seconds: float
    idle_in_transaction_timeout_seconds: float
    is_pooled_externally: bool


def read_connection_limits(env: Env) -> ConnectionLimits:
    """From the environment. Raises `ImproperlyConfigured` for a pool without connections or a negative time."""
    limits = ConnectionLimits(
        # As many as a web process has threads.
        pool_size=env.int("DATABASE_POOL_SIZE", default=8),
        statement_timeout_seconds=env.float("WEB_STATEMENT_TIMEOUT_SECONDS", default=15.0),
        lock_timeout_seconds=env.float("WEB_LOCK_TIMEOUT_SECONDS", default=5.0),
        idle_in_transaction_timeout_seconds=env.float("WEB_IDLE_IN_TRANSACTION_TIMEOUT_SECONDS", default=60.0),
        is_pooled_externally=env.bool("DATABASE_POOLED_EXTERNALLY", default=False),
    )
    if limits.pool_size < 1:
        raise ImproperlyConfigured("DATABASE_POOL_SIZE は 1 以上にしてください。")
    times = (
        limits.statement_timeout_seconds, limits.lock_timeout_seconds, limits.idle_in_transaction_timeout_seconds,
    )  # fmt: skip
    if min(times) < 0:
        raise ImproperlyConfigured("WEB_…_TIMEOUT_SECONDS は 0（無制限）以上の秒数にしてください。")
    return limits


def database_settings(database_url: str, limits: ConnectionLimits, kind: ProcessKind) -> dict[str, Any]:
    """Django's database entry for a libpq connection URI (`postgresql://…`, sockets and options included).

    Source of the URI's form: PostgreSQL 18 manual, 32.1.1.2 "Connection URIs".
    """
    try:
        parts = conninfo_to_dict(database_url)
    except Exception as error:
        raise ImproperlyConfigured(
            "DATABASE_URL を読めません。PostgreSQL の接続先（例: postgresql://user:password@db:5432/meigara）"
        ) from error
    entry = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": str(parts.pop("dbname", "")),
        "USER": str(parts.pop("user", "")),
        "PASSWORD": str(parts.pop("password", "")),
        "HOST": str(parts.pop("host", "")),
        "PORT": str(parts.pop("port", "")),
    }
    # What is said at the start of a connection costs no statement, and holds for every one that the pool opens.
    options = " ".join([*_start_parameters(limits, kind), str(parts.pop("options", ""))]).strip()
    return {
        **entry,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": limits.pool_size, "timeout": _POOL_TIMEOUT_SECONDS},
            "connect_timeout": _CONNECT_TIMEOUT_SECONDS,
            "application_name": f"meigara-{kind}",
            **({"options": options} if options else {}),
            **parts,
        },
        "CONN_HEALTH_CHECKS": True,
        # One transaction each is what pgbouncer promises: a cursor that outlives it would look in another session.
        "DISABLE_SERVER_SIDE_CURSORS": limits.is_pooled_externally,
    }


def _start_parameters(limits: ConnectionLimits, kind: ProcessKind) -> list[str]:
    """Bounds for the web only: applying a list, a migration and a backup take what they take.

    pgbouncer refuses these parameters, and setting them later would meet other clients of the same session: there
    they belong to the role (`ALTER ROLE … SET`, docs/database.md).
    """
    if kind != ProcessKind.WEB or limits.is_pooled_externally:
        return []
    milliseconds = {
        "statement_timeout": limits.statement_timeout_seconds,
        "lock_timeout": limits.lock_timeout_seconds,
        "idle_in_transaction_session_timeout": limits.idle_in_transaction_timeout_seconds,
    }
    return [f"-c {name}={int(seconds * 1000)}" for name, seconds in milliseconds.items()]
