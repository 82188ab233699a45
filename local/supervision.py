"""The processes of `make run`: one that dies is started again, a few times; one that cannot start ends everything, unless the
others can do without it.
"""

import functools
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from honcho.manager import Manager
from honcho.printer import Printer
from honcho.process import Popen, Process

from local.processes import die_with_parent

#: Pauses before a process is started again, in seconds; after the last of them it is given up.
PAUSES = (1, 2, 5, 10, 20)
#: Who lived so long had started well: the pauses begin anew, and an end is an accident and not a mistake.
_SETTLED_SECONDS = 60.0
# A program that ends by itself in its first seconds, with an error, would do so again.
_FALSE_START_SECONDS = 20.0


def _begin_child(bind: Callable[[], None] | None) -> None:
    """In the program itself, ahead of it: it ends with us, and when it is told to, which the process that looks after it does not."""
    if bind:
        bind()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


class UnreadPrinter(Printer):  # type: ignore[misc] # honcho is untyped
    """Prints until nobody reads it (`make run | head`, or a `tee` that the same Ctrl-C ended): then all is to end, as with a closed
    terminal, and what there still is to say goes nowhere. Without that the first such line would end the supervisor and nobody else.
    """

    def write(self, message: Any) -> None:
        try:
            super().write(message)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            signal.raise_signal(signal.SIGTERM)


class RestartedProcess(Process):  # type: ignore[misc] # honcho is untyped
    """A process that is started again, and that ends with us even when we are killed."""

    leaving: Any = None  # the event of the manager
    is_dispensable = False  # whether the others go on where it cannot

    def run(self, events: object = None, ignore_signals: bool = False) -> None:
        """Called in honcho's process for this one; see `honcho.process`."""
        if bind := die_with_parent(signal.SIGKILL):
            bind()
        self._child_ctor = functools.partial(
            Popen, preexec_fn=functools.partial(_begin_child, die_with_parent(signal.SIGTERM))
        )
        self._events = events
        if ignore_signals:
            # The manager stops the child; this process ends after it.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        attempt, is_first = 0, True
        while True:
            started = time.monotonic()
            code = self._live_once()
            lived = time.monotonic() - started
            attempt = 0 if lived >= _SETTLED_SECONDS else attempt
            if self.leaving.is_set() or (is_first and code > 0 and lived < _FALSE_START_SECONDS):
                break
            if attempt == len(PAUSES):
                self._say(f"{self.name} は {attempt} 回再起動しても終了するため、あきらめます（終了コード {code}）。")
                break
            pause = PAUSES[attempt]
            attempt, is_first = attempt + 1, False
            self._say(
                f"{self.name} が終了しました（終了コード {code}）。"
                f"{pause} 秒後に再起動します（{attempt}/{len(PAUSES)} 回目）。"
            )
            if self.leaving.wait(pause):
                break
        if self.is_dispensable and not self.leaving.is_set():
            self._say(f"{self.name} を使えません（終了コード {code}）。ほかはそのまま動きます。")
            self.leaving.wait()
        self._send_message({"returncode": code}, type="stop")

    def _live_once(self) -> int:
        child = self._child = self._child_ctor(self.cmd, env=self.env, cwd=self.cwd)
        self._send_message({"pid": child.pid}, type="start")
        if self.leaving.is_set():  # said before the manager knew of it
            child.terminate()
        reader = threading.Thread(target=self._pass_on, args=(child.stdout,), daemon=True)
        reader.start()
        code = int(child.wait())
        # What it had started itself would still hold its port, or do its work beside its successor.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        reader.join(5)
        return code

    def _pass_on(self, output: Any) -> None:
        for line in iter(output.readline, b""):
            self._send_message(line)

    def _say(self, words: str) -> None:
        self._send_message(f"{words}\n")


class RestartingManager(Manager):  # type: ignore[misc] # honcho is untyped
    """Tells its processes that they are to stay away before it stops them."""

    _processes: dict[str, dict[str, Any]]

    def __init__(self) -> None:
        super().__init__(UnreadPrinter(sys.stdout))
        self._leaving = multiprocessing.Event()
        #: Those whose end ended all the others.
        self.given_up: list[str] = []
        self._process_ctor = self._make_process

    def add_dispensable(self, name: str, command: str, **options: Any) -> None:
        """One whose end ends nothing else."""
        self.add_process(name, command, **options).is_dispensable = True

    def terminate(self) -> None:
        if not self._leaving.is_set():
            self.given_up = [name for name, process in self._processes.items() if "returncode" in process]
        self._leaving.set()
        super().terminate()

    def _killall(self, force: bool = False) -> None:
        """Those of which it is known that they have started; the others end by themselves as soon as they have."""
        everything = self._processes
        self._processes = {name: process for name, process in everything.items() if "pid" in process}
        try:
            super()._killall(force)
        finally:
            self._processes = everything

    def _make_process(self, *arguments: Any, **options: Any) -> RestartedProcess:
        process = RestartedProcess(*arguments, **options)
        process.leaving = self._leaving
        return process
