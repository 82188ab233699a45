"""Running the programs that read tables and pages, in a process that may die of what it reads."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

TABLE_PROGRAM = Path(__file__).with_name("table_program.py")
PAGE_PROGRAM = Path(__file__).with_name("page_program.py")
# The program bounds itself; these only hold where it could not.
_WALL_CLOCK_SECONDS = 40.0
_MAX_ANSWER_BYTES = 48 * 1024 * 1024
# Where the interpreter's own libraries are. Nothing else of the environment: it holds our secrets.
_NEEDED = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_TOO_LONG = (-signal.SIGXCPU, -signal.SIGALRM, -signal.SIGKILL)


class ProgramFailed(Exception):
    """The program gave no answer: `took_too_long`, or (as far as one can tell) the file was too much for it."""

    def __init__(self, returncode: int) -> None:
        super().__init__(returncode)
        self.took_too_long = returncode in _TOO_LONG
        # Rust ends by abort() where it gets no memory.
        self.took_too_much = returncode == -signal.SIGABRT


def run_program(
    content: bytes, words: Sequence[str], *, interpreter: str | None = None, program: Path = TABLE_PROGRAM
) -> bytes:
    """The program's answer to a file, run by `interpreter` (`None`: our own). Raises `ProgramFailed`, and `OSError` where no process can be started.

    A plain child: a daemonic process (Celery's pool) may start one, and no copy of this process's memory is made. It gets
    the whole file before it writes anything, so neither waits for the other.
    """
    command = [interpreter or sys.executable, "-I", str(program), *words]
    environment = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    with subprocess.Popen(  # noqa: S603 our own program; the file is never a word of the command
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        patience = threading.Timer(_WALL_CLOCK_SECONDS, process.kill)
        patience.start()
        try:
            answer = _converse(process, content)
        except BaseException:
            process.kill()
            raise
        finally:
            patience.cancel()
    if process.returncode != 0:
        raise ProgramFailed(process.returncode)
    return answer


def _converse(process: "subprocess.Popen[bytes]", content: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise ValueError("the process has no pipes")
    with suppress(BrokenPipeError):  # it died before it had everything
        process.stdin.write(content)
    with suppress(BrokenPipeError):
        process.stdin.close()
    answer = process.stdout.read(_MAX_ANSWER_BYTES + 1)
    if len(answer) > _MAX_ANSWER_BYTES:
        process.kill()
    return answer
