"""What `make bench ARGS=…` understands."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass

#: What is measured where nothing is named: all that has bounds to keep, but for the ten minutes.
USUAL_PARTS = ("ledger", "backfill", "admin", "api")
#: Beside them: whether the memory of the web processes grows, what the data weighs, and how quickly others are told.
PARTS_BESIDE = ("proof", "memory", "size", "telling", "exports")


@dataclass(frozen=True, slots=True)
class Options:
    """How long and how much. The defaults are those of the published figures."""

    rounds: int = 5
    seconds: float = 1.0
    connections: tuple[int, ...] = (16, 256)
    sizes: tuple[int, ...] = (4_400, 44_000)
    minutes: float = 10.0


def read_arguments(words: Sequence[str]) -> tuple[list[str], Options]:
    """The parts to measure, and how. Ends the program for what it does not know."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description="性能の測定", allow_abbrev=False)
    usual = Options()
    names = (*USUAL_PARTS, *PARTS_BESIDE)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{'、'.join(names)}（既定: {' '.join(USUAL_PARTS)}）")
    parser.add_argument("--rounds", type=_positive(int), default=usual.rounds, help="回数（既定: %(default)s）")
    parser.add_argument(
        "--seconds", type=_positive(float), default=usual.seconds, help="1 回の秒数（既定: %(default)s）"
    )
    parser.add_argument(
        "--connections", type=_positive(int), nargs="+", default=list(usual.connections), help="同時接続数"
    )
    parser.add_argument(
        "--sizes", type=_positive(int), nargs="+", default=list(usual.sizes), help="銘柄の数（小さい順）"
    )
    parser.add_argument(
        "--minutes", type=_positive(float), default=usual.minutes, help="memory の分数（既定: %(default)s）"
    )
    found = parser.parse_intermixed_args(words)
    if unknown := set(found.parts) - set(names):
        parser.error(f"{'、'.join(sorted(unknown))} はありません。指定できるもの: {'、'.join(names)}")
    options = Options(found.rounds, found.seconds, tuple(found.connections), tuple(sorted(found.sizes)), found.minutes)
    return found.parts or list(USUAL_PARTS), options


def _positive(kind: type[int] | type[float]) -> Callable[[str], float]:
    def read(text: str) -> float:
        value = kind(text)
        if value <= 0:
            raise ValueError(text)
        return value

    read.__name__ = "number above 0"
    return read
