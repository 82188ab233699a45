"""Recovery to a point in time, by the very lines of docs/database.md, on a server of its own."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from local.postgres import Postgres
from tests.forking import PROJECT, start_program
from tests.local.stack import wait_for

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
        self._manage(*words)

    def _manage(self, *words: str) -> str:
        """What it said."""
        environment = {**os.environ, "DATABASE_URL": self.url, "LOG_LEVEL": "ERROR"}
        program = start_program(["manage.py", *words], environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        output, errors = (said or b"" for said in program.communicate())
        assert program.returncode == 0, (output + errors).decode()
        return output.decode()

    def do(self, statement: str) -> None:
        self.product(
            "shell", "--no-imports", "-c",
            "from datetime import date; from django.db import connection; from companies.ledger.snapshots import apply_snapshot;"
            f"from tests.factories import make_issue; {statement}",
        )  # fmt: skip

    def told(self, expression: str) -> str:
        """What the product says it is."""
        return self._manage(
            "shell", "--no-imports", "-c",
            "from companies.feed.position import *; from companies.models import LedgerRevision, ListingSnapshot;"
            f"print({expression})",
        ).strip()  # fmt: skip

    def recover(self, archive: Path, target: str) -> None:
        """Steps 3 and 4 of the document, after the worst; `target` is a line instead of that of the time."""
        assert self.process is not None
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()
        self.data.rename(self.data.with_name("aside"))
        self.shell(lines_of(3, archive))
        lines = re.sub(r"^recovery_target_time.*$", target, lines_of(4, archive), flags=re.MULTILINE)
        with (self.data / "postgresql.auto.conf").open("a") as settings:
            settings.write(lines)
        self.start()
        wait_for(lambda: self.ask("SELECT pg_is_in_recovery()") is False)

    def begin_archive(self) -> Path:
        """Steps 1 and 2 of the document, and the product's tables."""
        archive = self.data.with_name("archive")
        archive.mkdir()
        self.own(archive)
        self.stop()
        with (self.data / "postgresql.conf").open("a") as settings:
            settings.write(lines_of(1, archive))
        self.start()
        self.product("migrate")
        return archive

    def archive_all(self, archive: Path) -> None:
        """What was written until now is in the archive."""
        written = self.ask("SELECT pg_walfile_name(pg_switch_wal())")
        wait_for((archive / str(written)).exists)
        assert self.ask("SELECT failed_count FROM pg_stat_archiver") == 0

    def own(self, directory: Path) -> None:
        self._place.user.own(directory)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    server.start()
    yield server
    server.stop()


def test_the_documented_steps_bring_back_the_moment_before_a_mistake(server: Server) -> None:
    archive = server.begin_archive()
    server.do(FEBRUARY)
    server.shell(lines_of(2, archive))
    server.do(MARCH)
    moment = str(server.ask("SELECT clock_timestamp()"))
    rows = server.ask(ALL_ROWS)
    server.do(MISTAKE)
    server.archive_all(archive)

    server.recover(archive, f"recovery_target_time = '{moment}'")

    assert server.ask(ALL_ROWS) == rows
    assert server.ask("SELECT count(*) FROM companies") == 3
    server.product("verify_history")


def test_between_two_imports_the_ledger_goes_on_and_followers_are_told(server: Server) -> None:
    archive = server.begin_archive()
    server.do(FEBRUARY)
    server.shell(lines_of(2, archive))
    before, epoch = server.told("Position(1).write(), current_epoch(), sep=' '").split()
    # A moment has a name as well, for who can say when it comes.
    server.ask("SELECT pg_create_restore_point('before the march list')")
    server.do(MARCH)
    after = server.told("Position(2).write()")
    server.archive_all(archive)

    server.recover(archive, "recovery_target_name = 'before the march list'")

    server.product("verify_history", "--from-beginning")
    # Whoever followed up to there goes on; whoever saw March reads of the epoch that there is another course.
    numbers, place, now = server.told(
        f"list(LedgerRevision.objects.values_list('number', flat=True)), Position.read('{before}').revision, current_epoch(), sep='|'"
    ).split("|")
    assert (numbers, place) == ("[1]", "1")
    assert now != epoch
    server.do(MARCH)
    again, lists, still = server.told(
        "Position(2).write(), ListingSnapshot.objects.count(), current_epoch(), sep='|'"
    ).split("|")
    assert again != after
    assert (lists, still) == ("2", now)


ALL_ROWS = """
SELECT string_agg(t, chr(10)) FROM (
    SELECT c::text AS t FROM companies c UNION ALL SELECT v::text FROM company_versions v
    UNION ALL SELECT s::text FROM listing_snapshots s ORDER BY 1
) AS found
"""
