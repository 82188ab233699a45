"""One transaction of psql that we begin and end ourselves.

Whoever dies before the commit was sent (this process, psql, the server), the server undoes everything: psql takes the end
of its input for the end of the script, and commits only what it was told to.
"""

import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Self

from django.db import DatabaseError, connection

from backups.errors import BackupError
from backups.programs import connection_string, last_words, program_environment

_BEGIN = "BEGIN;\nSELECT pg_current_xact_id();\n"
# A server that was killed recovers first.
_ASK_SECONDS = 60
_UNDO_SECONDS = 10
# Comes back when it has ended.
_TERMINATE = "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity WHERE backend_xid = %s::xid8::xid"
# Its pipe breaks a moment before it has ended.
_END_SECONDS = 2


class PsqlTransaction:
    """From `__enter__` to `commit`; left without it, nothing happened. Raises `BackupError`."""

    def __init__(self, psql: Path) -> None:
        self._command = [
            str(psql), "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1",
            f"--dbname={connection_string()}", "--file=-",
        ]  # fmt: skip
        self._may_be_committed = False

    def __enter__(self) -> Self:
        self._told, self._complaints = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        self._process = subprocess.Popen(  # noqa: S603 found by ourselves
            self._command, stdin=subprocess.PIPE, stdout=self._told, stderr=self._complaints, env=program_environment()
        )
        self.send(_BEGIN.encode())
        return self

    def __exit__(self, *_details: object) -> None:
        # Killed while its input is still open: what ends here must not look like the end of the script.
        self._process.kill()
        self._process.wait()
        with suppress(BrokenPipeError):
            self._input.close()
        if not self._may_be_committed:
            self._end_on_server()
        self._told.close()
        self._complaints.close()

    @property
    def input(self) -> IO[bytes]:
        """Where another program may write SQL, with everything before it on its way."""
        self._input.flush()
        return self._input

    def send(self, sql: bytes) -> None:
        try:
            self._input.write(sql)
        except BrokenPipeError:
            self.explain_failure()

    def commit(self) -> None:
        """End the transaction. Comes back when the database has it."""
        self._may_be_committed = True
        try:
            self._input.write(b"COMMIT;\n")
            self._input.close()
        except BrokenPipeError:
            self.explain_failure()
        if self._process.wait() != 0:
            self.explain_failure()

    def explain_if_ended(self) -> None:
        """Raises `BackupError` where psql has ended, though nobody told it to."""
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            return
        self.explain_failure()

    def explain_failure(self) -> None:
        """Psql has ended, or is about to: say why, and what became of the database. Raises `BackupError` unless all is done."""
        code = self._process.wait()
        if self._may_be_committed and (outcome := self._outcome()) != "aborted":
            if outcome == "committed":
                return
            raise BackupError(
                "復元の最後にデータベースと話せなくなり、完了したかを確かめられませんでした。"
                "データベースは、元のままか、復元し終えたかのどちらかです。verify_history と件数で確かめてください。"
            )
        raise BackupError(
            f"復元できませんでした（psql の終了コード {code}）。データベースは元のままです。\n{last_words(self._complaints)}"
        )

    @property
    def _input(self) -> IO[bytes]:
        if self._process.stdin is None:
            raise TypeError
        return self._process.stdin

    def _end_on_server(self) -> None:
        """The server notices that psql is gone only after the statement that it is at, and holds and takes locks until then."""
        number = self._number()
        if not number:
            return
        with suppress(DatabaseError):
            connection.close()
            with connection.cursor() as cursor:
                cursor.execute(_TERMINATE, [_UNDO_SECONDS * 1000, number])

    def _number(self) -> str:
        self._told.seek(0)
        return self._told.readline().decode().strip()

    def _outcome(self) -> str | None:
        """What the server says of the transaction; `None` where nobody knows."""
        number = self._number()
        deadline = time.monotonic() + _ASK_SECONDS
        while number and time.monotonic() < deadline:
            try:
                connection.close()
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_xact_status(%s::xid8)", [number])
                    status = str(cursor.fetchone()[0])
                if status != "in progress":
                    return status
            except DatabaseError:
                pass
            time.sleep(0.2)
        return None
