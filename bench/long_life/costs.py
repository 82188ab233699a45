"""What one operation costs: its time, which the load of the machine moves, and what it makes the database read, which nothing but the data moves."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace

from django.db import connection

_COUNTERS = """
    SELECT tup_returned + tup_fetched, blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians. `rows` are those of tables and indexes that the database went through, `pages` those of 8 kB that it looked at; `size` is in bytes,
    of what came out of it; `memory` in bytes, the most of the process that did it. 0 where it was not counted.
    """

    seconds: float
    rows: int = 0
    pages: int = 0
    size: int = 0
    memory: int = 0
    #: Seconds of the processor, of the Python process alone.
    processor: float = 0.0


def cost_of(work: Callable[[int], int | None], *, runs: int = 5) -> Cost:
    """Of `work`, given the number of the run, so that nothing is asked for twice; it may say how many bytes came of it."""
    return median_cost([_cost_of_one(lambda run=run: work(run)) for run in range(runs)])  # type: ignore[misc]


def _cost_of_one(work: Callable[[], int | None]) -> Cost:
    with counted() as seen:
        size = work() or 0
    return replace(seen.cost, size=size)


class Counted:
    """What was seen in the block, once it has ended."""

    cost = Cost(0.0)


@contextmanager
def counted() -> Iterator[Counted]:
    """Time and reading of the block, of programs started in it as far as they have ended."""
    seen, before, processor, started = Counted(), _read_counters(), time.process_time(), time.perf_counter()
    yield seen
    seconds, processor = time.perf_counter() - started, time.process_time() - processor
    rows, pages = (after - count for count, after in zip(before, _read_counters(), strict=True))
    seen.cost = Cost(seconds, rows, pages, processor=processor)


def median_cost(costs: Sequence[Cost]) -> Cost:
    """Each figure for itself."""
    figures = {field.name: statistics.median(getattr(one, field.name) for one in costs) for field in fields(Cost)}
    return Cost(**{name: value if name in ("seconds", "processor") else int(value) for name, value in figures.items()})


def _read_counters() -> tuple[int, int]:
    """Rows and pages that were read in this database, by this connection and by those that have ended."""
    with connection.cursor() as cursor:
        # Reported at the latest after a second by itself.
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(_COUNTERS)
        rows, pages = cursor.fetchone()
    return int(rows), int(pages)
