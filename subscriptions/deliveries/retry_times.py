"""When something is tried again that could not be sent: nine times more, over three days. Needs neither database nor clock."""

from collections.abc import Callable
from random import random

_MINUTE, _HOUR, _DAY = 60.0, 3_600.0, 86_400.0
#: After the first failure, after the second, …; 75.6 hours together.
PAUSES_SECONDS = (
    5.0, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR,
)  # fmt: skip
#: Where many failed at once they do not come back at once: up to so much longer.
JITTER = 0.1
#: A receiver may ask for more time, up to this.
LONGEST_ASKED_SECONDS = _DAY


def seconds_until_retry(
    failures: int, asked_seconds: float | None = None, draw: Callable[[], float] = random
) -> float | None:
    """After so many failures in a row (1, 2, …); `None` where it is not tried any more. A receiver that asked for more time gets it."""
    if failures > len(PAUSES_SECONDS):
        return None
    own = PAUSES_SECONDS[failures - 1] * (1 + JITTER * draw())
    asked = min(asked_seconds or 0.0, LONGEST_ASKED_SECONDS)
    return max(own, asked)
