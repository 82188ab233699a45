"""An end for what drips in: time-outs bound the pause between two bytes, and a byte before each keeps a worker for days."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def cut_after(seconds: float, cut: Callable[[], object]) -> Iterator[None]:
    """Have `cut` end what the block waits for, from another thread, where it takes longer. Raises `TimeoutError` then,
    whatever came of it in the block: what was cut may look like something that is complete.
    """
    is_cut = threading.Event()

    def end() -> None:
        is_cut.set()
        with suppress(OSError, ValueError, RuntimeError):  # there is nothing left to be cut
            cut()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Exception as error:
        if is_cut.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
    if is_cut.is_set():
        raise TimeoutError
