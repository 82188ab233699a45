"""PostgreSQL, the queue and the cache of a simulation: below the simulated clock, at addresses that outlive a kill."""

import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
import redis

from local.places import find_postgres, find_valkey
from local.postgres import Postgres
from local.processes import SystemUser, start_service, stop_service
from tests.ports import free_port
from tests.simulation.kept import KeptCluster

_DATABASE, _TEMPLATE = "meigara", "untouched"
_WAIT_SECONDS = 30


class Database:
    """A PostgreSQL that keeps what it committed through a SIGKILL; `url` stays the same."""

    def __init__(self, directory: Path) -> None:
        self._socket = directory / "postgresql"
        self._server = Postgres(directory, is_test=True)
        self._data = find_postgres(directory).home / "postgres"
        self.is_migrated = False

    def begin_with(self, kept: KeptCluster) -> None:
        """Start on a copy of what another simulation has kept, if one has."""
        self.is_migrated = kept.copy_to(self._data)
        self.start()

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/{_DATABASE}?host={quote(str(self._socket), safe='')}"

    def start(self) -> None:
        self._server.start()
        self._socket.unlink(missing_ok=True)
        self._socket.symlink_to(self._server.socket_directory)
        # Tests' servers answer before a commit is written; here what was answered has to be there after a kill.
        self._command(f"ALTER DATABASE {_DATABASE} SET synchronous_commit = on")

    def stop(self) -> None:
        self._server.stop()

    def keep_as_template(self, kept: KeptCluster) -> None:
        """What the database holds now is what each plan begins with, and other simulations begin with it, too."""
        self._command(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{_DATABASE}'")
        self._command(f"ALTER DATABASE {_DATABASE} RENAME TO {_TEMPLATE}")
        self._server.stop()
        kept.keep(self._data)
        self.start()
        self.is_migrated = True

    def begin_anew(self) -> None:
        self._command(f"DROP DATABASE IF EXISTS {_DATABASE} WITH (FORCE)")
        self._command(f"CREATE DATABASE {_DATABASE} TEMPLATE {_TEMPLATE}")
        self._command(f"ALTER DATABASE {_DATABASE} SET synchronous_commit = on")

    def kill(self) -> None:
        """SIGKILL to the whole of it."""
        assert self._server.process is not None
        family = psutil.Process(self._server.process.pid).children(recursive=True)
        self._server.process.kill()
        self._server.process.wait()
        psutil.wait_procs(family, timeout=_WAIT_SECONDS)
        shutil.rmtree(self._server.socket_directory, ignore_errors=True)

    def crash(self) -> None:
        """One of its processes dies: every connection is dropped, and it recovers by itself."""
        with psycopg.connect(self.url, autocommit=True) as doomed:
            psutil.Process(doomed.info.backend_pid).kill()
        deadline = time.monotonic() + _WAIT_SECONDS
        while not self._answers():
            assert time.monotonic() < deadline, "PostgreSQL does not recover"
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            self._command("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _command(self, statement: str) -> None:
        with psycopg.connect(self.url.replace(f"/{_DATABASE}?", "/postgres?"), autocommit=True) as connection:
            connection.execute(statement.encode())


class Store:
    """A Valkey that forgets all when it is killed, and comes back where it was."""

    def __init__(self, directory: Path, name: str, policy: str) -> None:
        self._port, self._log_path, self._policy = free_port(), directory / f"{name}.log", policy
        self._process: subprocess.Popen[bytes] | None = None
        self._client = redis.Redis.from_url(self.url)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        lines = f'port {self._port}\nbind 127.0.0.1\nsave ""\nappendonly no\nmaxmemory 128mb\nmaxmemory-policy {self._policy}\n'
        self._process = start_service(
            [find_valkey(), "-"], log_path=self._log_path, stop_signal=signal.SIGTERM, user=SystemUser(), stdin=lines.encode()
        )  # fmt: skip
        deadline = time.monotonic() + _WAIT_SECONDS
        while not self._answers():
            assert time.monotonic() < deadline, self._log_path.read_text()
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process is not None:
            stop_service(self._process, stop_signal=signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def forget(self) -> None:
        self._client.flushall()

    def length(self, queue: str) -> int:
        """How many messages wait in a queue."""
        return int(self._client.llen(queue))

    def _answers(self) -> bool:
        try:
            return bool(self._client.ping())
        except redis.ConnectionError:
            return False
