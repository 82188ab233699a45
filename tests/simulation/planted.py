"""What the simulation says of short plans: the tests that have to notice the faults in `tests/mutants/simulation`.

Each is of the steps of a seed that found such faults, those without which it finds them, too, left out. Not among the tests of
`make test`, which collects `test_*.py`: each of these takes half a minute, most of it the start.
"""

from pathlib import Path

import pytest

from tests.simulation.playing import assert_all_laws_hold, needs_clock, write_plan

#: By what they are about: a seed and steps.
_PLANS = {
    "midnight": (1, "clock 17 46 / clock 0 0"),
    "crowd": (21778, "clock 17 46 / clock 0 0 / clock 17 46 / crowd 0 482 / withdraw 46"),
    "queue": (1, "queue_killed 610 / clock 17 46"),
    "worker": (106357, "clock 17 46 / worker_killed 152 1 1"),
    "notifier": (21778, "clock 17 46 / clock 0 0 / clock 17 46 / notifier_killed 511 0 2"),
}


@needs_clock
@pytest.mark.parametrize("name", _PLANS)
def test_plan(name: str, tmp_path: Path) -> None:
    seed, steps = _PLANS[name]
    assert_all_laws_hold("--seed", str(seed), *write_plan(tmp_path / "plan", steps))
