"""Being told to stop: the services that were started must be stopped on the way out, whoever tells it."""

import signal
import sys
from types import FrameType

_told: list[int] = []


def exit_when_terminated() -> None:
    """From here on a termination or a closed terminal ends the program by `SystemExit`, as Ctrl-C does by its own."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, _leave)


def exit_if_terminated() -> None:
    """To be called after a child was started: what a signal raises while Python forks is ignored there, and lost."""
    if _told:
        sys.exit(128 + _told[0])


def _leave(signal_number: int, _frame: FrameType | None) -> None:
    _told.append(signal_number)
    sys.exit(128 + signal_number)
