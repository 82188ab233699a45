"""The threads of a process that answer requests, and the line in front of them."""

import threading
from collections.abc import Callable
from queue import SimpleQueue

Job = Callable[[], None]


class Threads:
    """So many threads. They start with the first job, so that a process which forks before has none."""

    def __init__(self, count: int, *, longest_line: int, name: str) -> None:
        self._jobs: SimpleQueue[Job] = SimpleQueue()
        self._count, self._longest_line, self._name = count, longest_line, name

    def start(self) -> None:
        """Start them. They end with the process: what they were doing was answered before, or is given up."""
        for number in range(self._count):
            threading.Thread(target=self._work, name=f"{self._name}-{number}", daemon=True).start()

    def submit(self, job: Job) -> bool:
        """Put a job in line; `False` where the line is too long already."""
        if self._jobs.qsize() >= self._longest_line:
            return False
        self._jobs.put(job)
        return True

    def _work(self) -> None:
        while True:
            self._jobs.get()()
