"""How long a process answers from what it knows of keys and generations before it asks again, and what follows for writers.

Whoever changes data or a key publishes that, waits the same time, and only then reports success: by then every process has
asked anew. So no answer is older than the last change that was reported.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

LEASE_SECONDS = 0.05

_later = threading.local()


def wait_for_leases() -> None:
    """To be called by a writer right after it published: what was known before is out of use afterwards. Inside
    `waiting_once` this is made up for at the end.
    """
    if getattr(_later, "depth", 0):
        _later.is_due = True
    else:
        time.sleep(LEASE_SECONDS)


@contextmanager
def waiting_once() -> Iterator[None]:
    """Many changes that are reported together: the wait comes once, at the end of the block."""
    _later.depth = getattr(_later, "depth", 0) + 1
    try:
        yield
    finally:
        _later.depth -= 1
        if not _later.depth and getattr(_later, "is_due", False):
            _later.is_due = False
            time.sleep(LEASE_SECONDS)
