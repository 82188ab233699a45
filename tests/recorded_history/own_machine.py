"""PostgreSQL and both Redis of a test's own, which it may restart below a running product."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import redis

from local.places import find_valkey
from local.postgres import Postgres
from local.valkey import Valkey
from tests.local.stack import still_running, wait_for


class OwnMachine:
    """From `running` to its end; what was restarted is where it was."""

    def __init__(self, directory: Path) -> None:
        self._postgres = Postgres(directory, is_test=True)
        self._caches = [
            Valkey(directory, "cache", max_megabytes=64, policy="allkeys-lru"),
            Valkey(directory, "queue", max_megabytes=64, policy="noeviction"),
        ]
        #: In place of those that were started first.
        self._successors: dict[object, psutil.Process] = {}

    def environment(self) -> dict[str, str]:
        """Where they are."""
        return {"DATABASE_URL": self._postgres.url, "REDIS_URL": self._caches[0].url, "BROKER_URL": self._caches[1].url}

    @contextmanager
    def running(self) -> Iterator["OwnMachine"]:
        services: list[Postgres | Valkey] = [self._postgres, *self._caches]
        try:
            for service in services:
                service.start()
            yield self
        finally:
            for process in still_running(list(self._successors.values())):
                process.send_signal(signal.SIGINT)
                process.wait(30)
            for service in services:
                service.stop()

    def restart_redis(self) -> None:
        """Both are killed, and come back empty."""
        for cache in self._caches:
            password, _, port = cache.url.removeprefix("redis://:").removesuffix("/0").rpartition("@127.0.0.1:")
            self._end(self._process_of(cache), signal.SIGKILL)
            new = subprocess.Popen([find_valkey(), "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
            self._successors[cache] = psutil.Process(new.pid)
            assert new.stdin is not None
            new.stdin.write(f'port {port}\nbind 127.0.0.1\nrequirepass {password}\nsave ""\n')
            new.stdin.close()
            wait_for(lambda url=cache.url: _answers(url))  # type: ignore[misc]

    def restart_database(self) -> None:
        """As an operator does: open connections are closed."""
        old = self._process_of(self._postgres)
        command, user, group = old.cmdline(), old.uids().real, old.gids().real
        self._end(old, signal.SIGINT)
        same = {"user": user, "group": group, "extra_groups": []} if user else {}
        new = subprocess.Popen(command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **same)
        self._successors[self._postgres] = psutil.Process(new.pid)

    def _process_of(self, service: Postgres | Valkey) -> psutil.Process:
        if service in self._successors:
            return self._successors[service]
        assert service.process is not None
        return psutil.Process(service.process.pid)

    def _end(self, process: psutil.Process, number: int) -> None:
        process.send_signal(number)
        wait_for(lambda: not still_running([process]))


def _answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url) as client:
            return bool(client.ping())
    except redis.ConnectionError:
        return False
