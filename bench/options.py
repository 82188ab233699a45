"""What `make bench ARGS=…` understands."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

#: What is measured where nothing is named: all that has bounds to keep, but for the ten minutes.
USUAL_PARTS = ("ledger", "backfill", "admin", "api")
#: Beside them: whether the memory of the web processes grows, what the data weighs, how quickly others are told, and what years of lists cost.
PARTS_BESIDE = ("proof", "memory", "size", "telling", "exports", "long-life")


@dataclass(frozen=True, slots=True)
class Options:
    """How long and how much. The defaults are those of the published figures."""

    rounds: int = 5
    seconds: float = 1.0
    connections: tuple[int, ...] = (16, 256)
    sizes: tuple[int, ...] = (4_400, 44_000)
    minutes: float = 10.0
    years: float = 10.0
    folder: Path | None = None
    fresh: bool = False


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
    parser.add_argument(
        "--years", type=_positive(float), default=usual.years, help="long-life の年数（既定: %(default)s）"
    )
    parser.add_argument("--folder", type=Path, help="long-life で、作った一覧の代わりに使う JPX の一覧のフォルダー")
    parser.add_argument("--fresh", action="store_true", help="long-life を、続きからではなく最初から始める")
    found = parser.parse_intermixed_args(words)
    if unknown := set(found.parts) - set(names):
        parser.error(f"{'、'.join(sorted(unknown))} はありません。指定できるもの: {'、'.join(names)}")
    options = Options(
        found.rounds, found.seconds, tuple(found.connections), tuple(sorted(found.sizes)), found.minutes, found.years,
        found.folder, found.fresh,
    )  # fmt: skip
    return found.parts or list(USUAL_PARTS), options


def name_of_life(options: Options) -> str:
    """The database of a long life: another one for each number of issues, and for each folder of lists."""
    of = str(options.sizes[0]) if options.folder is None else options.folder.resolve().name
    return f"meigara_long_life_{of}"


def _positive(kind: type[int] | type[float]) -> Callable[[str], float]:
    def read(text: str) -> float:
        value = kind(text)
        if value <= 0:
            raise ValueError(text)
        return value

    read.__name__ = "number above 0"
    return read
