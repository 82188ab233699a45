"""Ports for programs that tests start and start again."""

import random
import socket
from contextlib import suppress

_given: set[int] = set()
#: Another course in each process, also in those that were forked off one that had drawn.
_random = random.SystemRandom()


def free_port() -> int:
    """One on which nobody listens, another each time.

    Below those that a system gives to whoever connects (from 32,768 on Linux): so nobody gets it by chance before it is used, nor while
    the program that has it is being started again.
    """
    while True:
        port = _random.randrange(20_000, 32_000)
        if port in _given:
            continue
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            _given.add(port)
            return port
