"""One thing to tell, with what is needed to decide who is told."""

from dataclasses import dataclass
from typing import Any

Notice = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class ToldNotice:
    """What goes into a message, and beside it the issues and markets that it concerns.

    `codes` is `None` where it is of no issue; `markets` is `None` where it is not known of which. `is_refined`: nothing happened; between
    which two lists something came about is known better. That is told to who asks for history, as a copy of all events must have it.
    """

    notice: Notice
    codes: frozenset[str] | None = None
    markets: frozenset[str] | None = None
    is_history: bool = False
    is_refined: bool = False
    #: Whom alone it concerns.
    owner_id: int | None = None

    @property
    def kind(self) -> str:
        return str(self.notice["kind"])
