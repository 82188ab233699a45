"""Plans that failed once, made small, by the line that the simulation printed: seed and steps, and above them the law."""

from pathlib import Path

import pytest

from tests.simulation.playing import assert_all_laws_hold, write_plan

#: One course through everything that is killed and turns stands for those that never failed.
PLANS = [
    # the way of a usual day, with each kind of interruption once
    (
        7,
        "clock 8 16 / upload 1 5 2 / worker_killed 120 0 / clock 17 46 / notifier_killed 200 1 / clock 0 0 / import_killed 0 7 500 / "
        "database_killed 50 / issuers 0 1 / withdraw 1 / cache_killed 30 / queue_killed 30 / follow 5 2 / limit 4 / clock 8 16",
    ),
]


@pytest.mark.parametrize(("seed", "steps"), PLANS)
def test_a_plan_that_failed_once_passes(seed: int, steps: str, tmp_path: Path) -> None:
    assert_all_laws_hold("--seed", str(seed), *write_plan(tmp_path / "plan", steps))
