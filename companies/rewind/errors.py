"""What cannot be."""


class RevisionOutOfReach(Exception):
    """The revision that was asked for is none of this ledger; its newest is `newest` (0: it has none)."""

    def __init__(self, asked: int, newest: int) -> None:
        super().__init__(asked, newest)
        self.asked = asked
        self.newest = newest
