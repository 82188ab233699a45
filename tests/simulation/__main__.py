"""`make simulate [SEED=7] [STEPS=120 | MINUTES=2]`: compiles the clock, and plays below it (`tests.simulation.play`)."""

import os
import sys
import tempfile
from pathlib import Path

from tests.simulation.clock import NoCompiler, start_again_with_clock

if __name__ == "__main__":
    # Outside the project, because PostgreSQL may run as a user who may not enter that; of an address with few letters.
    directory = Path(tempfile.mkdtemp(prefix="simulation-", dir="/tmp"))
    try:
        start_again_with_clock(directory, [*sys.argv[1:]])
    except NoCompiler:
        os.rmdir(directory)  # noqa: PTH106
        sys.exit(
            "シミュレーションには Linux と C コンパイラー（cc）が必要です（Debian では apt-get install gcc libc6-dev）。"
        )
