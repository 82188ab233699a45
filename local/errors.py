"""What can go wrong on a laptop."""


class LocalServiceError(Exception):
    """A service cannot be started. The message is Japanese and says what to do; nobody needs a traceback."""
