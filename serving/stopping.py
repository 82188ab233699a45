"""Hearing that this process is to stop, beside Granian, which tells an application only when all has been answered (2.8)."""

import signal
from collections.abc import Callable
from types import FrameType


def when_told_to_stop(act: Callable[[], object]) -> None:
    """Have `act` called in the main thread, at any moment, by a termination and by Ctrl-C.

    What was to happen then still does: asyncio is told by the descriptor that every signal with a handler is written to, and
    its own handler does nothing.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        _add_handler(number, act)


def _add_handler(number: signal.Signals, act: Callable[[], object]) -> None:
    usual = signal.getsignal(number)

    def told(signal_number: int, frame: FrameType | None) -> None:
        act()
        if callable(usual):
            usual(signal_number, frame)

    signal.signal(number, told)
    signal.siginterrupt(number, False)  # as asyncio has it, which setting a handler undoes
