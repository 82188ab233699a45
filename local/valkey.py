"""An embedded Valkey 9 on a loopback port, behind a password."""

import secrets
import signal
import socket
import subprocess
import time
from pathlib import Path

import redis

from local.errors import LocalServiceError
from local.places import find_valkey
from local.processes import SystemUser, last_lines, start_service, stop_service

_START_SECONDS = 15
_ATTEMPTS = 3
_STOP = signal.SIGTERM


class Valkey:
    """One server, from `start` to `stop`. It keeps nothing on disk: it holds a cache or a queue."""

    def __init__(self, directory: Path, name: str, *, max_megabytes: int, policy: str) -> None:
        self._program = find_valkey()
        self._directory = directory
        self._log_path = directory / f"valkey-{name}.log"
        self._bounds = [f"maxmemory {max_megabytes}mb", f"maxmemory-policy {policy}"]
        self._password = secrets.token_urlsafe(24)
        self._port = 0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start on a free port and wait until it answers. Raises `LocalServiceError`."""
        for _ in range(_ATTEMPTS):  # somebody may take the port between our look and the server's bind
            self._port = _find_free_port()
            # The configuration goes through standard input: a command line can be read by everybody.
            lines = [
                f"port {self._port}", "bind 127.0.0.1", f"requirepass {self._password}", 'save ""', "appendonly no",
                *self._bounds,
            ]  # fmt: skip
            self.process = start_service(
                [self._program, "-"],
                log_path=self._log_path,
                stop_signal=_STOP,
                user=SystemUser(),
                stdin="\n".join(lines).encode() + b"\n",
            )
            if self._is_ready():
                return
            self.stop()
        raise LocalServiceError(f"Valkey が起動しません。ログ: {self._log_path}\n{last_lines(self._log_path)}")

    def stop(self) -> None:
        if self.process is not None:
            stop_service(self.process, stop_signal=_STOP)

    def _is_ready(self) -> bool:
        deadline = time.monotonic() + _START_SECONDS
        with redis.Redis.from_url(self.url) as client:
            while time.monotonic() < deadline and self.process is not None and self.process.poll() is None:
                try:
                    return bool(client.ping())
                except redis.ConnectionError:
                    time.sleep(0.02)
        return False


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
