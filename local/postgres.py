"""An embedded PostgreSQL 18 on a private Unix socket."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from local.errors import LocalServiceError
from local.places import PostgresPlace, find_postgres
from local.processes import last_lines, start_service, stop_service

_DATABASE = "meigara"
_VERSION = "18"
_START_SECONDS = 60
# A ctype of UTF-8 is what makes pg_trgm see letters in Japanese; comparison by code point is fast and the same everywhere.
_CTYPE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
# Tests may lose everything in a crash of the machine, so they need not wait for the disk.
# Nobody counts rows between tests: whatever is rolled back is none, and who plans for empty tables compares each row with each.
_TEST_OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
# Fast shutdown: open connections are closed, nothing is lost.
_STOP = signal.SIGINT


class Postgres:
    """One server, from `start` to `stop`. `url` is a libpq URI."""

    def __init__(self, directory: Path, *, is_test: bool) -> None:
        self._place: PostgresPlace = find_postgres(directory)
        self._data = self._place.home / "postgres"
        self._log_path = directory / "postgres.log"
        self._is_test = is_test
        self.socket_directory = Path()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/{_DATABASE}?host={quote(str(self.socket_directory), safe='')}"

    def start(self) -> None:
        """Start and wait until it answers. Raises `LocalServiceError`."""
        self._create_data_directory()
        self._clear_stale_lock()
        # Below /tmp, because a socket's path may have no more than 107 bytes.
        self.socket_directory = Path(tempfile.mkdtemp(prefix="meigara-", dir="/tmp"))
        self._place.user.own(self.socket_directory)
        options = ["listen_addresses=", f"unix_socket_directories={self.socket_directory}", "max_connections=100"]
        options += _TEST_OPTIONS if self._is_test else ()
        command: list[str | Path] = [self._place.programs / "postgres", "-D", self._data]
        command += [part for option in options for part in ("-c", option)]
        self.process = start_service(command, log_path=self._log_path, stop_signal=_STOP, user=self._place.user)
        self._wait_until_ready()

    def stop(self) -> None:
        if self.process is not None:
            stop_service(self.process, stop_signal=_STOP)
        if self.socket_directory.name:
            shutil.rmtree(self.socket_directory, ignore_errors=True)

    def _create_data_directory(self) -> None:
        """Made elsewhere and renamed, so that one killed in the middle leaves nothing that looks finished."""
        for unfinished in self._place.home.glob("postgres.new-*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        version_file = self._data / "PG_VERSION"
        if version_file.exists():
            version = version_file.read_text().strip()
            if version != _VERSION:
                raise LocalServiceError(
                    f"{self._data} は PostgreSQL {version} のデータです（必要なのは {_VERSION}）。"
                    "不要なら削除し、必要なら別の場所に移してから、もう一度実行してください。"
                )
            return
        if self._data.exists():
            shutil.rmtree(self._data)  # without PG_VERSION it never was a data directory
        unfinished = self._place.home / f"postgres.new-{os.getpid()}"
        unfinished.mkdir(mode=0o700)
        self._place.user.own(unfinished)
        done = subprocess.run(
            [
                self._place.programs / "initdb", "-D", unfinished, "--username=postgres", "--auth=trust",
                "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={_CTYPE}",
                *(["--no-sync"] if self._is_test else []),
            ],
            user=self._place.user.uid, group=self._place.user.gid, cwd="/",
            extra_groups=[] if self._place.user.uid is not None else None,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise LocalServiceError(f"PostgreSQL のデータ領域を作れません。\n{done.stderr.strip()}")
        unfinished.rename(self._data)

    def _clear_stale_lock(self) -> None:
        """After a crash `postmaster.pid` names a process that is gone, or is another one by now; or an old server that
        is still shutting down.
        """
        lock = self._data / "postmaster.pid"
        deadline = time.monotonic() + 15
        while lock.exists() and time.monotonic() < deadline:
            try:
                server = psutil.Process(int(lock.read_text().split("\n", 1)[0]))
                if str(self._data) not in server.cmdline():
                    break
                server.send_signal(_STOP)
                server.wait(1)
            except psutil.TimeoutExpired:
                continue
            except (psutil.Error, ValueError, OSError):
                break
        lock.unlink(missing_ok=True)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                break
            try:
                with psycopg.connect(self.url.replace(f"/{_DATABASE}?", "/postgres?"), autocommit=True) as connection:
                    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_DATABASE]).fetchone()
                    if found is None:
                        connection.execute(f"CREATE DATABASE {_DATABASE}")
                    return
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise LocalServiceError(
            f"PostgreSQL が起動しません。ログ: {self._log_path}\n{last_lines(self._log_path)}\n"
            f"データが壊れている場合は {self._data} を削除（または退避）してから、もう一度実行してください。"
        )
