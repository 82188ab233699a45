"""Recovery to a point in time, by the very lines of docs/database.md, on a server of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from local.postgres import Postgres
from tests.local.stack import PROJECT, wait_for

DOCUMENT = (PROJECT / "docs/database.md").read_text()
STEPS = DOCUMENT[DOCUMENT.index("## Recovery to a point in time") :].partition("\n## ")[0]
FEBRUARY, MARCH, MISTAKE = (
    "apply_snapshot(date(2024, 2, 29), [make_issue('7203'), make_issue('9984')], 'jpx')",
    "apply_snapshot(date(2024, 3, 29), [make_issue('7203'), make_issue('130A')], 'jpx', force=True)",
    "connection.cursor().execute('TRUNCATE listing_snapshots, companies CASCADE')",
)


def lines_of(step: int, archive: Path) -> str:
    """What the document has one type in that step, with another folder for the archive."""
    text = STEPS.split(f"\n{step}. ")[1].split(f"\n{step + 1}. ")[0]
    lines = re.findall(r"^ {7}(\S.*)$", text, re.MULTILINE)
    assert lines
    return "\n".join(lines).replace("/srv/meigara-archive", str(archive)) + "\n"


class Server(Postgres):
    """With what a person at the machine may do."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory, is_test=True)
        # Its user may make and rename folders beside it, as whoever has a server may.
        self._data = self._place.home / "server" / "postgres"
        self._data.parent.mkdir()
        self._place.user.own(self._data.parent)

    @property
    def data(self) -> Path:
        return self._data

    def shell(self, script: str) -> None:
        """As the server's user, with its programs."""
        environment = {
            "PATH": f"{self._place.programs}:{os.defpath}", "PGDATA": str(self._data), "PGUSER": "postgres",
            "PGHOST": str(self.socket_directory),
        }  # fmt: skip
        subprocess.run(
            ["sh", "-euc", script], env=environment, cwd="/", check=True, user=self._place.user.uid,
            group=self._place.user.gid, extra_groups=[] if self._place.user.uid is not None else None,
        )  # fmt: skip

    def ask(self, words: str) -> object:
        with psycopg.connect(self.url, autocommit=True) as connection:
            row = connection.execute(words).fetchone()
            return row[0] if row else None

    def product(self, *words: str) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=PROJECT, capture_output=True, text=True, check=False,
            env={**os.environ, "DATABASE_URL": self.url, "LOG_LEVEL": "ERROR"},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def do(self, statement: str) -> None:
        self.product(
            "shell", "--no-imports", "-c",
            "from datetime import date; from django.db import connection; from companies.ledger.snapshots import apply_snapshot;"
            f"from tests.factories import make_issue; {statement}",
        )  # fmt: skip

    def own(self, directory: Path) -> None:
        self._place.user.own(directory)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    server.start()
    yield server
    server.stop()


def test_the_documented_steps_bring_back_the_moment_before_a_mistake(server: Server) -> None:
    archive = server.data.with_name("archive")
    archive.mkdir()
    server.own(archive)
    server.stop()
    with (server.data / "postgresql.conf").open("a") as settings:
        settings.write(lines_of(1, archive))
    server.start()
    server.product("migrate")
    server.do(FEBRUARY)
    server.shell(lines_of(2, archive))
    server.do(MARCH)
    moment = str(server.ask("SELECT clock_timestamp()"))
    rows = server.ask(ALL_ROWS)
    server.do(MISTAKE)
    written = server.ask("SELECT pg_walfile_name(pg_switch_wal())")
    wait_for((archive / str(written)).exists)
    assert server.ask("SELECT failed_count FROM pg_stat_archiver") == 0

    assert server.process is not None
    server.process.send_signal(signal.SIGQUIT)
    server.process.wait()
    server.data.rename(server.data.with_name("aside"))
    server.shell(lines_of(3, archive))
    with (server.data / "postgresql.auto.conf").open("a") as settings:
        settings.write(lines_of(4, archive).replace("2026-11-25 18:05:00+09", moment))
    server.start()
    wait_for(lambda: server.ask("SELECT pg_is_in_recovery()") is False)

    assert server.ask(ALL_ROWS) == rows
    assert server.ask("SELECT count(*) FROM companies") == 3
    server.product("verify_history")


ALL_ROWS = """
SELECT string_agg(t, chr(10)) FROM (
    SELECT c::text AS t FROM companies c UNION ALL SELECT v::text FROM company_versions v
    UNION ALL SELECT s::text FROM listing_snapshots s ORDER BY 1
) AS found
"""
