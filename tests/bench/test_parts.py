"""What `make bench ARGS=…` takes, and what it makes of figures among each other."""

from pathlib import Path

import pytest

from bench.api import relate
from bench.comparisons import Comparison
from bench.load import Throughput
from bench.memory import growth
from bench.options import PARTS_BESIDE, USUAL_PARTS, Options, name_of_life, read_arguments
from bench.parts import PARTS


def test_without_words_it_measures_all_that_has_bounds_as_it_is_published() -> None:
    assert read_arguments([]) == (
        ["ledger", "backfill", "admin", "api"],
        Options(rounds=5, seconds=1.0, connections=(16, 256), sizes=(4_400, 44_000), minutes=10.0),
    )


def test_parts_and_how_long_they_take_can_be_chosen_in_any_order() -> None:
    words = ["--rounds", "2", "api", "--seconds", "0.3", "--connections", "16", "--sizes", "44000", "500"]

    assert read_arguments(words) == (["api"], Options(2, 0.3, (16,), (500, 44_000), 10.0))


def test_a_long_life_has_a_database_for_each_number_of_issues_and_for_each_folder_whatever_its_years() -> None:
    names, usual = read_arguments(["long-life", "--years", "20"])
    _, large = read_arguments(["long-life", "--sizes", "44000", "--fresh"])
    _, real = read_arguments(["long-life", "--folder", "/data/jpx"])

    assert (names, usual.years, large.fresh, real.folder) == (["long-life"], 20.0, True, Path("/data/jpx"))
    assert [name_of_life(one) for one in (usual, large, real)] == [
        "meigara_long_life_4400", "meigara_long_life_44000", "meigara_long_life_jpx",
    ]  # fmt: skip


@pytest.mark.parametrize("words", [["apis"], ["--rounds", "0"], ["--seconds", "-1"], ["--sizes", "many"], ["--fast"]])
def test_what_it_does_not_know_ends_it_with_a_word_about_it(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        read_arguments(words)

    assert ended.value.code == 2
    assert words[0] in capsys.readouterr().err


def test_every_part_that_can_be_named_is_one() -> None:
    assert list(PARTS) == [*USUAL_PARTS, *PARTS_BESIDE]


def speeds(**per_second: int) -> list[Comparison]:
    names = {"cached": "一覧 100 件", "not_modified": "304", "uncached": "一覧 100 件（キャッシュなし、任意の位置）"}
    return [
        Comparison(names[name], 16, ours=[Throughput([0.01] * count, elapsed=1.0)])
        for name, count in per_second.items()
    ]


def test_what_the_design_asks_of_figures_among_each_other() -> None:
    small = speeds(cached=100, not_modified=90, uncached=60)
    large = speeds(cached=80, not_modified=80, uncached=30)

    assert [(one.what, one.value, one.is_met) for one in relate({4_400: small, 44_000: large})] == [
        ("304 ÷ 一覧（キャッシュ）、4,400 銘柄、16 接続", 0.9, False),
        ("304 ÷ 一覧（キャッシュ）、44,000 銘柄、16 接続", 1.0, True),
        ("一覧 100 件、16 接続: 銘柄 10 倍での時間", 1.25, True),
        ("一覧 100 件（キャッシュなし、任意の位置）、16 接続: 銘柄 10 倍での時間", 2.0, False),
    ]
    assert len(relate({4_400: small})) == 1


def test_memory_grows_where_the_last_quarter_has_more_than_the_second() -> None:
    filling_up = [[50.0, 50.0], [90.0, 80.0], *[[100.0, 100.0]] * 6]
    leaking = [[100.0 + 5 * step, 100.0] for step in range(8)]

    assert growth(filling_up) == 1.0
    assert growth([[100.0, 100.0]] * 8) == 1.0
    assert growth(leaking) == 232.5 / 212.5
    assert growth([[100.0]] * 3) == 1.0
