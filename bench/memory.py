"""Whether the memory of the web processes grows: ten minutes of mixed requests, with a changed list every half minute."""

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from bench.api import MOST_MEMORY_MIB, fill, make_key, warm_up
from bench.cases import make_cases
from bench.lists import change_some, make_list
from bench.load import get_request, measure_throughput
from bench.options import Options
from bench.report import Measurement, Relation
from bench.servers import serve_product, workers_mib
from companies.ledger.snapshots import apply_snapshot
from companies.listed_issue import ListedIssue
from companies.models import Company, ListingSnapshot

_CONNECTIONS, _SECONDS_BETWEEN_LISTS = 16, 30.0
#: Of a process that keeps what it has; what is collected late, and where pages lie, moves it by less.
_MOST_GROWTH = 1.05


def measure_memory(size: int, options: Options) -> tuple[list[Measurement], list[Relation]]:
    """The largest process at its largest, and each process late over early. Prints what it sees as it goes."""
    fill(size)
    key = make_key()
    requests = _mixed(list(Company.objects.values_list("code", "company_name")), key)
    seen: list[list[float]] = []
    failed = 0
    print(f"\nメモリ（RSS、MiB）、{size:,} 銘柄、{_SECONDS_BETWEEN_LISTS:.0f} 秒ごとに一覧を適用", flush=True)
    with tempfile.TemporaryDirectory() as name, serve_product(Path(name)) as server:
        warm_up(server.port, key, size)
        started, lists = time.monotonic(), _changed_lists(size)
        while (elapsed := time.monotonic() - started) < options.minutes * 60:
            apply_snapshot(*next(lists), "jquants")
            seconds = min(_SECONDS_BETWEEN_LISTS, max(1.0, options.minutes * 60 - elapsed))
            found = measure_throughput(server.port, requests, seconds=seconds, connections=_CONNECTIONS)
            failed += found.failed
            seen.append(workers_mib(server))
            figures = "".join(f"{mib:>8.1f}" for mib in seen[-1])
            print(f"{(time.monotonic() - started) / 60:>5.1f} 分{found.per_second:>8,.0f} 件/秒{figures}", flush=True)
    largest = max(max(one) for one in seen)
    grown = f"その伸び（最後の 4 分の 1 ÷ 2 番目の 4 分の 1）、{size:,} 銘柄"
    return (
        [Measurement(f"ウェブの 1 プロセスの最大（RSS）、{size:,} 銘柄", largest, MOST_MEMORY_MIB, len(seen), "MiB")],
        [Relation(grown, growth(seen), at_most=_MOST_GROWTH), Relation("失敗した応答の数", failed, at_most=0)],
    )


def growth(seen: list[list[float]]) -> float:
    """All processes together, the last quarter over the second: in the first they still fill. 1.0 for too few to tell."""
    totals, quarter = [sum(one) for one in seen], len(seen) // 4
    if not quarter:
        return 1.0
    return statistics.median(totals[-quarter:]) / statistics.median(totals[quarter : 2 * quarter])


def _mixed(companies: list[tuple[str, str]], key: str) -> Iterator[bytes]:
    """One of each kind of request after the other, for as long as it takes; where all were asked for, again from the first."""
    kinds = [case for case in make_cases(companies) if not case.not_modified]
    for path in itertools.chain.from_iterable(zip(*(_again(case.paths) for case in kinds), strict=True)):
        yield get_request(path, {"X-API-Key": key})


def _again(paths: Callable[[], Iterator[str]]) -> Iterator[str]:
    while True:
        yield from paths()


def _changed_lists(size: int) -> Iterator[tuple[date, list[ListedIssue]]]:
    """One after those that are there, each with 1 % changed."""
    newest = ListingSnapshot.objects.latest("date_in_force").date_in_force
    current = make_list(size)
    for step in itertools.count(1):
        current = change_some(current, 0.01, seed=step)
        yield newest + timedelta(days=step), current
