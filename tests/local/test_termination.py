"""A signal that comes in the very moment in which a child is started."""

import os
import signal
import subprocess
import sys

from tests.local.stack import PROJECT

# Python calls this in the parent after each fork, as it calls the one of `logging`; what it raises is ignored.
SCRIPT = """
import os, signal, subprocess
from local.termination import exit_if_terminated, exit_when_terminated

exit_when_terminated()
os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), signal.SIGTERM))
process = subprocess.Popen(["sleep", "60"], preexec_fn=lambda: None)
try:
    exit_if_terminated()
    print("stayed")
finally:
    process.kill()
"""


def test_a_signal_that_is_lost_in_a_fork_is_found_after_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=PROJECT, env=dict(os.environ), capture_output=True, text=True, timeout=30,
        check=False,
    )  # fmt: skip

    assert "Exception ignored" in done.stderr
    assert (done.returncode, done.stdout) == (128 + signal.SIGTERM, "")
