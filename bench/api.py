"""Requests a second against a bare Django view that returns the same bytes, in the same server and run, and against the peer."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path

from django.core.management import call_command
from django_redis import get_redis_connection
from redis import Redis

from api.keys import create_api_key
from bench.cases import (
    EVENTS_UNCACHED,
    LIST,
    LIST_UNCACHED,
    NOT_MODIFIED,
    cases_as_run,
    each_once,
    events_case,
    make_cases,
)
from bench.comparisons import Comparison
from bench.lists import change_some, make_list
from bench.load import get_request, measure_throughput
from bench.options import Options
from bench.report import Measurement, Relation
from bench.servers import peer_redis_url, serve_as_run, serve_peer, serve_product, workers_mib
from bench.ten_years import keep_ten_years
from bench.turns import Turns
from companies.ledger.snapshots import apply_snapshot
from companies.models import Company
from tests.server import Server

_DAYS = (date(2026, 11, 19), date(2026, 11, 20))
#: Of a web process (RSS), at 44,000 companies.
MOST_MEMORY_MIB = 250
#: How far into ten years of events pages reach.
_EVENTS = range(0, 20_000, 7)


def measure_api(size: int, options: Options) -> tuple[list[Comparison], list[Measurement]]:
    """Every kind of request on two lists of `size` companies, events also on ten years of history; and the memory it took."""
    fill(size)
    companies = list(Company.objects.values_list("code", "company_name"))
    with _turns(serve_product, size, options, with_peer=True) as (turns, server):
        found = turns.compare_all(make_cases(companies))
        memory = [_memory(server, f"ウェブの 1 プロセス（RSS）、{size:,} 銘柄")]
    _forget_everything()
    keep_ten_years(size)
    with _turns(serve_product, size, options, with_peer=False) as (turns, server):
        found += turns.compare_all([events_case(f"{EVENTS_UNCACHED[:-1]}、10 年の履歴）", _EVENTS)])
        memory.append(_memory(server, f"同、10 年の履歴、{size:,} 銘柄"))
    return found, memory


def measure_as_run(size: int, options: Options) -> list[Comparison]:
    """As `make run` starts it, with readable lines."""
    fill(size)
    companies = list(Company.objects.values_list("code", "company_name"))
    with _turns(serve_as_run, size, options, with_peer=False) as (turns, _):
        return turns.compare_all(cases_as_run(companies))


def relate(found: dict[int, list[Comparison]]) -> list[Relation]:
    """What the design asks of the measurements among each other; by the number of companies."""
    relations = []
    for size, comparisons in found.items():
        speed = {(one.what, one.connections): one.per_second for one in comparisons}
        for connections in sorted({one.connections for one in comparisons}):
            of = f"{size:,} 銘柄、{connections} 接続"
            not_modified, cached = speed[NOT_MODIFIED, connections], speed[LIST, connections]
            relations.append(Relation(f"304 ÷ 一覧（キャッシュ）、{of}", not_modified / cached, at_least=1.0))
    return relations + _growth(found)


def _growth(found: dict[int, list[Comparison]]) -> list[Relation]:
    """The time of a page of the list where there are more companies."""
    if len(found) < 2:
        return []
    small, large = min(found), max(found)
    pairs = [
        (one, other) for one, other in zip(found[small], found[large], strict=True) if one.what in (LIST, LIST_UNCACHED)
    ]
    return [
        Relation(
            f"{one.what}、{one.connections} 接続: 銘柄 {large / small:.0f} 倍での時間",
            one.per_second / other.per_second,
            at_most=1.5,
        )
        for one, other in pairs
    ]


def fill(size: int) -> None:
    """Two lists, and nothing else in the database and in Redis."""
    _forget_everything()
    issues = make_list(size)
    for position, day in enumerate(_DAYS):
        apply_snapshot(day, change_some(issues, 0.01, seed=position), "jquants")


def _forget_everything() -> None:
    call_command("flush", verbosity=0, interactive=False)
    for alias in ("default", "state"):
        get_redis_connection(alias).flushdb()
    Redis.from_url(peer_redis_url()).flushdb()


@contextmanager
def _turns(
    serve: Callable[[Path], AbstractContextManager[Server]], size: int, options: Options, *, with_peer: bool
) -> Iterator[tuple[Turns, Server]]:
    key = make_key()
    with tempfile.TemporaryDirectory() as name, serve(Path(name)) as server:
        warm_up(server.port, key, size)
        if not with_peer:
            yield Turns(server.port, None, key, Path(name), options), server
            return
        with serve_peer(Path(name), key) as peer:
            yield Turns(server.port, peer.port, key, Path(name), options), server


def make_key() -> str:
    """One that reaches no limit."""
    return create_api_key(name="bench", scopes=["read"], rate_limit_per_hour=2_000_000_000)[1]


def warm_up(port: int, key: str, size: int) -> None:
    """Until every process holds the companies: at the first question past the cache it loads them."""
    paths = each_once("/api/v1/companies", range(1, 50), range(size))
    pages = (get_request(path, {"X-API-Key": key}) for path in paths)
    measure_throughput(port, pages, seconds=1 + size / 4_400, connections=16)


def _memory(server: Server, what: str) -> Measurement:
    return Measurement(what, workers_mib(server)[0], MOST_MEMORY_MIB, 1, "MiB")
