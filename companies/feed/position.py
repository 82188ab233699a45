"""Where a follower stands in the stream: after a revision, or in the midst of one."""

import re
from dataclasses import dataclass

from companies.models import LedgerEpoch, LedgerRevision

_FORM = re.compile(r"([0-9]{1,15})(?:-([0-9a-f]{16})(?:-([0-9]{1,9}))?)?")
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
    """Which course of revisions this is."""
    epoch = LedgerEpoch.objects.order_by("-began_at").values_list("epoch", flat=True).first()
    return str(epoch)


def begin_epoch() -> None:
    """From now on it is another one."""
    LedgerEpoch.objects.create()
