"""Requests a second against a bare Django view that returns the same bytes, in the same server and run."""

import itertools
import random
import tempfile
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

from django.core.management import call_command
from django_redis import get_redis_connection

from api.keys import create_api_key
from bench.lists import change_some, make_list
from bench.load import Throughput, get_request, measure_throughput
from bench.report import Comparison, Relation
from companies.ledger.snapshots import apply_snapshot
from companies.models import Company
from tests.server import serve

_BASE = "/api/v1/companies"
_ROUNDS, _SECONDS = 3, 1.0
_DAYS = (date(2026, 11, 19), date(2026, 11, 20))


def measure_api(size: int) -> list[Comparison]:
    """Every kind of request on a list of `size` companies, against the bare view in the same server."""
    call_command("flush", verbosity=0, interactive=False)
    for alias in ("default", "state"):
        get_redis_connection(alias).flushdb()
    issues = make_list(size)
    for position, day in enumerate(_DAYS):
        apply_snapshot(day, change_some(issues, 0.01, seed=position), "jquants")
    _, key = create_api_key(name=f"bench {size}", scopes=["read"], rate_limit_per_hour=2_000_000_000)
    with (
        tempfile.TemporaryDirectory() as directory,
        serve(
            Path(directory),
            "bench.rsgi:application",
            BENCH_BODIES=directory,
            LOG_LEVEL="INFO",
            LOG_FORMAT="json",
            PROMETHEUS_MULTIPROC_DIR=f"{directory}/metrics",
        ) as server,
    ):
        return _Bench(server.port, key, Path(directory)).measure_all(
            list(Company.objects.values_list("code", "company_name"))
        )


def relate(small: list[Comparison], large: list[Comparison]) -> list[Relation]:
    """What the design asks of the measurements among each other."""
    by_name, by_name_large = ({c.what: c.ours.per_second for c in found} for found in (small, large))
    return [
        Relation("検索 ÷ 一覧（キャッシュなし）", by_name[SEARCH_UNCACHED] / by_name[LIST_UNCACHED], at_least=1.5),
        Relation("304 ÷ 一覧（キャッシュ）", by_name[NOT_MODIFIED] / by_name[LIST], at_least=1.0),
        Relation("銘柄 10 倍での一覧の時間（キャッシュ）", by_name[LIST] / by_name_large[LIST], at_most=1.5),
        Relation(
            "銘柄 10 倍での一覧の時間（キャッシュなし）",
            by_name[LIST_UNCACHED] / by_name_large[LIST_UNCACHED],
            at_most=1.5,
        ),
    ]


LIST, LIST_UNCACHED, SEARCH_UNCACHED, NOT_MODIFIED = (
    "一覧 100 件",
    "一覧 100 件（キャッシュなし、任意の位置）",
    "検索（キャッシュなし）",
    "304",
)


class _Bench:
    def __init__(self, port: int, key: str, bodies: Path) -> None:
        self._port, self._headers, self._bodies = port, {"X-API-Key": key}, bodies

    def measure_all(self, companies: list[tuple[str, str]]) -> list[Comparison]:
        codes = [code for code, _ in companies]
        self._warm_up(len(codes))
        chance = random.Random(1)  # noqa: S311 repeatable, nothing secret
        pages = _shuffled(
            chance,
            (
                f"{_BASE}?limit={limit}&offset={offset}"
                for limit in range(98, 103)
                for offset in range(len(codes) - 102)
            ),
        )
        searches = _shuffled(
            chance,
            (f"{_BASE}/search?limit={limit}&q={quote(text)}" for limit in (49, 50, 51) for text in _texts(companies)),
        )
        events = _shuffled(
            chance,
            (f"{_BASE}/events?limit={limit}&offset={offset}" for limit in range(60, 400) for offset in range(80)),
        )
        first, filtered = f"{_BASE}?limit=100", f"{_BASE}?limit=100&market_code=0111&sector17_code=6"
        search = f"{_BASE}/search?q={quote(companies[len(companies) // 2][1][:2])}"
        details = (f"{_BASE}/{code}" for code in itertools.cycle(codes[:50]))
        return [
            self._compare(LIST, first, itertools.repeat(first), bound=0.45),
            self._compare(NOT_MODIFIED, first, itertools.repeat(first), bound=0.45, not_modified=True),
            self._compare("絞り込んだ一覧", filtered, itertools.repeat(filtered), bound=0.45),
            self._compare("1 件", f"{_BASE}/{codes[0]}", details, bound=0.45),
            self._compare("検索", search, itertools.repeat(search), bound=0.45),
            self._compare(LIST_UNCACHED, first, pages, bound=0.08),
            self._compare(SEARCH_UNCACHED, search, searches, bound=0.12),
            self._compare("イベント（キャッシュなし）", f"{_BASE}/events", events, bound=None),
        ]

    def _warm_up(self, size: int) -> None:
        """Until every process holds the companies: at the first question past the cache it loads them."""
        pages = (
            get_request(f"{_BASE}?limit={limit}&offset={offset}", self._headers)
            for limit in range(1, 90)
            for offset in range(size)
        )
        measure_throughput(self._port, pages, Throughput(), seconds=1 + size / 4_400)

    def _compare(
        self, what: str, example: str, paths: Iterator[str], *, bound: float | None, not_modified: bool = False
    ) -> Comparison:
        """In turns, so that what else the machine does meets both."""
        etag, body = self._get(example)
        name = f"body{abs(hash(example))}"
        (self._bodies / name).write_bytes(body)
        headers = {**self._headers, "If-None-Match": etag} if not_modified else self._headers
        bare_requests = (get_request(f"/bare/{name}", {}) for _ in itertools.count())
        requests = (get_request(path, headers) for path in paths)
        expected = 304 if not_modified else 200
        ours, bare = Throughput(), Throughput()
        measure_throughput(self._port, requests, Throughput(), seconds=_SECONDS / 2, expected=expected)
        for _ in range(_ROUNDS):
            measure_throughput(self._port, bare_requests, bare, seconds=_SECONDS)
            measure_throughput(self._port, requests, ours, seconds=_SECONDS, expected=expected)
        return Comparison(what, ours, bare, bound)

    def _get(self, path: str) -> tuple[str, bytes]:
        request = urllib.request.Request(f"http://127.0.0.1:{self._port}{path}", headers=self._headers)
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.headers["ETag"], answer.read()


def _texts(companies: list[tuple[str, str]]) -> Iterator[str]:
    """What people type: a code, its start, the start of a name, something within it."""
    for code, name in companies:
        yield from (code, code[:3], name[:2], name[:3], name[3:6], name)


def _shuffled(chance: random.Random, paths: Iterator[str]) -> Iterator[str]:
    """Each once, so that none is in the cache."""
    found = sorted(set(paths))
    chance.shuffle(found)
    return iter(found)
