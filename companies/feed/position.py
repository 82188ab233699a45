"""Where a follower stands in the stream: after a revision, or in the midst of one."""

import re
from dataclasses import dataclass

from django.db import connection

from companies.models import LedgerRevision

_FORM = re.compile(r"([0-9]{1,15})(?:-([0-9a-f]{16})(?:-([0-9]{1,9}))?)?")
# Any role may ask for the control data unless it was forbidden to. A server that was recovered to a point in time, or promoted, goes on
# on another timeline of its log than the first; what is written on it is known before the next checkpoint says so.
_EPOCH = """
    SELECT md5('ledger_revisions'::regclass::oid::text || coalesce(CASE
        WHEN has_function_privilege('pg_control_system()', 'execute')
        THEN (SELECT system_identifier::text FROM pg_control_system()) END, '')
    || CASE timeline WHEN 1 THEN '' ELSE '/' || timeline END)
    FROM (SELECT CASE
        WHEN NOT pg_is_in_recovery() THEN ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int
        WHEN has_function_privilege('pg_control_checkpoint()', 'execute') THEN (SELECT timeline_id FROM pg_control_checkpoint())
        ELSE 1 END AS timeline) AS log
"""
#: The same, for the schema.
PATTERN = f"^{_FORM.pattern}$"


class PositionLost(Exception):
    """The follower has seen revisions that are not ours: a backup was restored since. It has to begin anew."""


@dataclass(frozen=True, slots=True)
class Position:
    """All of the revisions up to `revision` were read; of the one after it, `rows` rows."""

    revision: int
    rows: int = 0

    @classmethod
    def read(cls, text: str) -> "Position":
        """From what a follower gives back: a position as it was written, or the number of a revision. Raises `ValueError`, and
        `PositionLost` where the revision that it was written after is another one now, or none.
        """
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError(text)
        number, fingerprint, rows = int(found[1]), found[2], int(found[3] or 0)
        # In the midst of a revision the fingerprint is of that one.
        seen = number + 1 if found[3] else number
        if seen:
            ours = LedgerRevision.objects.filter(number=seen).values_list("fingerprint", flat=True).first()
            if ours is None or (fingerprint is not None and fingerprint != ours):
                raise PositionLost
        return cls(number, rows)

    def write(self) -> str:
        """For a follower to give back; opaque to it."""
        seen = self.revision + 1 if self.rows else self.revision
        if not seen:
            return "0"
        fingerprint = LedgerRevision.objects.values_list("fingerprint", flat=True).get(number=seen)
        return f"{self.revision}-{fingerprint}" + (f"-{self.rows}" if self.rows else "")


def current_epoch() -> str:
    """Which course of revisions this is. A backup that is restored, by whatever program, makes the tables anew; the identity of the
    table changes with it, and with the server that it is on. So does the timeline where PostgreSQL was taken back to a point in time, or a
    standby took over, which may have had less. (A copy of the server's files alone keeps it; the fingerprints remain.)
    """
    with connection.cursor() as cursor:
        cursor.execute(_EPOCH)
        return str(cursor.fetchone()[0])
