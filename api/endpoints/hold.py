"""What a view says to the server in front of it: do not send this answer yet (`serving.held_answers`)."""

#: Where a view finds its `Hold` (`request.META`). Without one nobody could hold the answer, or it was held already.
HOLD = "serving.hold"
LONGEST_SECONDS = 30.0


class Hold:
    """A wish about one answer, which its view may express."""

    def __init__(self) -> None:
        self.position = 0
        self.seconds = 0.0

    def until_newer_than(self, position: int, seconds: float) -> None:
        """Send the answer when `seconds` (30 at most) are over; where something newer than revision `position` is there
        before, ask once more, and send what is said then. Errors and answers that are not small are sent at once.
        """
        self.position, self.seconds = position, min(LONGEST_SECONDS, seconds)
