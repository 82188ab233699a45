"""How patiently a provider is asked, and waiting that can be interrupted: a run that is being cancelled must not sleep
through a minute's pause.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from environ import Env

#: Called now and then; raises what should end the work.
CheckCancelled = Callable[[], None]

_SLICE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class HttpPatience:
    """How patiently a provider is asked; all in seconds but `attempts`."""

    connect_timeout_seconds: float
    read_timeout_seconds: float
    attempts: int
    backoff_seconds: float
    wait_after_limit_seconds: float


def read_patience(env: Env, prefix: str, usual: HttpPatience) -> HttpPatience:
    """From the environment, whose variables begin with `prefix`."""
    return HttpPatience(
        connect_timeout_seconds=env.float(f"{prefix}_CONNECT_TIMEOUT_SECONDS", default=usual.connect_timeout_seconds),
        read_timeout_seconds=env.float(f"{prefix}_READ_TIMEOUT_SECONDS", default=usual.read_timeout_seconds),
        attempts=env.int(f"{prefix}_ATTEMPTS", default=usual.attempts),
        backoff_seconds=env.float(f"{prefix}_BACKOFF_SECONDS", default=usual.backoff_seconds),
        wait_after_limit_seconds=env.float(
            f"{prefix}_WAIT_AFTER_LIMIT_SECONDS", default=usual.wait_after_limit_seconds
        ),
    )


def never_cancelled() -> None:
    """For work that nobody can cancel."""


def wait(seconds: float, check_cancelled: CheckCancelled) -> None:
    """Sleep in slices of a second, asking before each."""
    until = time.monotonic() + seconds
    while True:
        check_cancelled()
        left = until - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(left, _SLICE_SECONDS))
