"""How many cases something is tried on: some in every run of the tests, of random ones others each time; all of them in
`make proofs`; more where they are asked for (`LAW_EXAMPLES=10 make test ARGS=tests/laws` tries ten times as many random courses).

Whatever is tried on fewer cases in `make test` stands in `tests.long_proofs.SAMPLED`, by which `make proofs` finds it.
"""

import os
from math import ceil

from hypothesis import HealthCheck, settings

_IS_WHOLE = os.environ.get("PROOFS") == "whole"
_TIMES = float(os.environ.get("LAW_EXAMPLES", "1" if _IS_WHOLE else "0.25"))
# A busy machine is no fault of a test.
_ON_A_BUSY_MACHINE = [HealthCheck.too_slow]


def trying(examples: int) -> settings:
    """For what goes to a service: the fixture of the service is shared by all examples, each of which tidies up after itself."""
    return settings(
        max_examples=ceil(examples * _TIMES),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, *_ON_A_BUSY_MACHINE],
    )


def so_many(*, in_each_run: int, in_proofs: int) -> int:
    """Of cases that come one after the other, the most telling ones first."""
    return in_proofs if _IS_WHOLE else in_each_run


def bear_with_busy_machines() -> None:
    """What holds where a test says nothing of its own."""
    settings.register_profile("busy", deadline=None, suppress_health_check=_ON_A_BUSY_MACHINE)
    settings.load_profile("busy")
