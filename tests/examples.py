"""How many random courses a law is tried on: some in every run of the tests, other ones each time; more where they are asked for
(`LAW_EXAMPLES=10 make test ARGS=tests/laws` tries ten times as many).
"""

import os
from math import ceil

from hypothesis import HealthCheck, settings

_TIMES = float(os.environ.get("LAW_EXAMPLES", "1"))
# A busy machine is no fault of a test.
_ON_A_BUSY_MACHINE = [HealthCheck.too_slow]


def trying(examples: int) -> settings:
    """For what goes to a service: the fixture of the service is shared by all examples, each of which tidies up after itself."""
    return settings(
        max_examples=ceil(examples * _TIMES),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, *_ON_A_BUSY_MACHINE],
    )


def bear_with_busy_machines() -> None:
    """What holds where a test says nothing of its own."""
    settings.register_profile("busy", deadline=None, suppress_health_check=_ON_A_BUSY_MACHINE)
    settings.load_profile("busy")
