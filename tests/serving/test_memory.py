"""What one thread gave back is there for the next."""

import platform
import subprocess
import sys

import pytest

_STORY = """
import queue, sys, threading
from serving.memory import share_one_heap

if sys.argv[1] == "shared":
    share_one_heap()
kept, turns, done = [], queue.Queue(), queue.Queue()

def read() -> None:
    turns.get()
    blocks = [bytes(1000) for _ in range(30_000)]  # 30 MB, of which some are kept
    kept.extend(blocks[::1000])
    del blocks
    done.put(None)
    turns.get()  # as threads that serve, it goes on

threads = [threading.Thread(target=read, daemon=True) for _ in range(8)]
for thread in threads:
    thread.start()
for _ in threads:  # one after the other
    turns.put(None)
    done.get()
print(next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS:")))
"""


def megabytes(how: str) -> float:
    told = subprocess.run([sys.executable, "-c", _STORY, how], check=True, capture_output=True, text=True)
    return int(told.stdout) / 1024


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only this library gives each thread a heap of its own")
def test_what_threads_read_one_after_the_other_takes_the_room_of_one() -> None:
    assert megabytes("apart") - megabytes("shared") > 60
