"""The web server alone, as `make run` runs it: under its supervisor, which passes on each line (`python -m bench.as_run PORT
APPLICATION`).
"""

import os
import shlex
import sys

from local.places import PROJECT
from local.run import web_command
from local.supervision import RestartingManager


def main(port: str, application: str) -> int:
    manager = RestartingManager()
    command = f"exec {shlex.quote(sys.executable)} -m {web_command(int(port), application)}"
    manager.add_process("web", command, env=dict(os.environ), cwd=str(PROJECT))
    manager.loop()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
