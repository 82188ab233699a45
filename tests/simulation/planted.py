"""What the simulation says of a seed: the tests that have to notice the faults in `tests/mutants/simulation`.

Not among those of `make test`, which collects `test_*.py` and plays each plan that once failed: each of these takes half a minute.
"""

import pytest

from tests.simulation.playing import assert_all_laws_hold

#: Seed → as many steps as it takes until it has found the last of the faults that it is there for.
_STEPS = {7: 17, 57059: 13}


@pytest.mark.parametrize("seed", _STEPS)
def test_seed(seed: int) -> None:
    assert_all_laws_hold("--seed", str(seed), "--steps", str(_STEPS[seed]))
