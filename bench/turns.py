"""Requests in turns: to ours, to the bare view, to the peer, so that what else the machine does meets all."""

import itertools
import sys
import urllib.request
import zlib
from collections.abc import Iterator
from pathlib import Path

from bench.agreement import compare_answers
from bench.cases import Case
from bench.comparisons import Comparison
from bench.load import Throughput, get_request, measure_throughput
from bench.options import Options

#: Answers before a measurement that count for nothing, as a share of a round.
_WARM_UP = 0.5


class Turns:
    """The product and the bare view listen at `port`; the peer at `peer_port`, where there is one."""

    def __init__(self, port: int, peer_port: int | None, key: str, bodies: Path, options: Options) -> None:
        self._port, self._peer_port, self._bodies, self._options = port, peer_port, bodies, options
        self._headers = {"X-API-Key": key}

    def compare_all(self, cases: list[Case]) -> list[Comparison]:
        found = []
        for case in cases:
            print(f"… {case.what}", file=sys.stderr, flush=True)
            found += self._compare(case)
        return found

    def _compare(self, case: Case) -> list[Comparison]:
        """Over each number of connections. What is to be past the cache is asked for once by all of them together."""
        etag, body = self._get(self._port, case.example)
        name = f"body{zlib.crc32(case.example.encode())}"
        (self._bodies / name).write_bytes(body)
        has_peer = self._peer_port is not None and case.has_peer
        if self._peer_port is not None and has_peer:
            _, answer = self._get(self._peer_port, case.example)
            compare_answers(case.what, body, answer, is_same=case.is_same_of_peer)
        own = {**self._headers, "If-None-Match": etag} if case.not_modified else self._headers
        ours, peer = _requests(case, own), _requests(case, self._headers)
        bare = itertools.repeat(get_request(f"/bare/{name}", {}))
        found = []
        for connections in self._options.connections:
            comparison = Comparison(case.what, connections, case.of_bare, case.of_peer)
            expected = 304 if case.not_modified else 200
            # Name of the rounds, port, requests, status. The first round of each warms it up.
            sides = [(comparison.ours, self._port, ours, expected), (comparison.bare, self._port, bare, 200)]
            is_asked = not case.is_slow_of_peer or connections == min(self._options.connections)
            if self._peer_port is not None and has_peer and is_asked:
                sides.append((comparison.peer, self._peer_port, peer, 200))
            for _, port, requests, status in sides:
                self._ask(port, requests, connections, status, share=_WARM_UP)
            for _ in range(self._options.rounds):
                for rounds, port, requests, status in sides:
                    rounds.append(self._ask(port, requests, connections, status))
            found.append(comparison)
        return found

    def _ask(
        self, port: int, requests: Iterator[bytes], connections: int, expected: int, share: float = 1.0
    ) -> Throughput:
        seconds = self._options.seconds * share
        return measure_throughput(port, requests, seconds=seconds, connections=connections, expected=expected)

    def _get(self, port: int, path: str) -> tuple[str, bytes]:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=self._headers)
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.headers.get("ETag", ""), answer.read()


def _requests(case: Case, headers: dict[str, str]) -> Iterator[bytes]:
    return (get_request(path, headers) for path in case.paths())
