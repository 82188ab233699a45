"""The error of the local services."""


class LocalServiceError(Exception):
    """A service cannot be started. The message is Japanese and says what to do; nobody needs a traceback."""
